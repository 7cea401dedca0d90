package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.HALF;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.ROWS;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.floatsOfBytes;
import static dev.runtime.backend.cpu.vector.Lanes.floatsOfWords;
import static dev.runtime.backend.cpu.vector.Lanes.halves;
import static dev.runtime.backend.cpu.vector.Lanes.shorts;
import static dev.runtime.backend.cpu.vector.Lanes.store;
import static dev.runtime.backend.cpu.vector.Lanes.words;

import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.quant.Dequantizer;
import dev.runtime.backend.cpu.quant.Dequantizers;
import java.util.EnumMap;
import java.util.Map;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Weights as floats: single rows, and panels {@code [columns, ROWS]} of a group of rows for products with many columns. */
final class Panels {
    /** Columns that are expanded and transposed at a time; a whole number of blocks of every type. */
    private static final int COLUMNS = 256;

    /** Columns that are transposed at a time: their part of the panel stays in the nearest cache. */
    private static final int TRANSPOSED = 16;

    private static final Map<TensorType, Dequantizer> DEQUANTIZERS = new EnumMap<>(TensorType.class);

    static {
        for (TensorType type : TensorType.values()) {
            Dequantizers.of(type).ifPresent(d -> DEQUANTIZERS.put(type, d));
        }
        DEQUANTIZERS.put(TensorType.F16, Panels::expandF16);
        DEQUANTIZERS.put(TensorType.BF16, Panels::expandBf16);
        if (N >= 8) {
            DEQUANTIZERS.put(TensorType.Q8_0, Panels::expandQ80);
        }
    }

    private Panels() {}

    /** Expands elements to floats. */
    static void expand(TensorType type, long source, int n, long target) {
        DEQUANTIZERS.get(type).expand(source, n, target);
    }

    private static void expandF16(long s, int n, long t) {
        int i = 0;
        for (; i <= n - N; i += N) {
            store(VectorDot.half(words(s + 2L * i)), t + 4L * i);
        }
        for (; i < n; i++) {
            f32(t + 4L * i, f16(s + 2L * i));
        }
    }

    private static void expandBf16(long s, int n, long t) {
        int i = 0;
        for (; i <= n - N; i += N) {
            store(VectorDot.upper(words(s + 2L * i)), t + 4L * i);
        }
        for (; i < n; i++) {
            f32(t + 4L * i, Float.intBitsToFloat(Memory.i16(s + 2L * i) << 16));
        }
    }

    private static void expandQ80(long s, int n, long t) {
        for (int b = 0; b < n / 32; b++, s += 34) {
            FloatVector d = all(f16(s));
            for (int i = 0; i < 32; i += N, t += 4 * N) {
                store(d.mul(floatsOfBytes(s + 2 + i)), t);
            }
        }
    }

    /** Returns the bytes of scratch for rows of a width: expanded rows, and the panel made of them. */
    static long scratchBytes(int width) {
        return 4L * ROWS * (COLUMNS + width);
    }

    /** Returns where the panel is in scratch. */
    static long in(long scratch) {
        return scratch + 4L * ROWS * COLUMNS;
    }

    /** Makes the panel of a group of rows in the file's order. */
    static void any(Matrix w, int group, long scratch) {
        for (int from = 0; from < w.in(); from += COLUMNS) {
            int count = Math.min(COLUMNS, w.in() - from);
            for (int lane = 0; lane < ROWS; lane++) {
                long source = w.row(group * ROWS + lane) + w.type().bytes(from);
                expand(w.type(), source, count, scratch + 4L * COLUMNS * lane);
            }
            transpose(scratch, count, in(scratch) + 4L * ROWS * from);
        }
    }

    private static void transpose(long rows, int count, long panel) {
        for (int from = 0; from < count; from += TRANSPOSED) {
            for (int lane = 0; lane < ROWS; lane++) {
                long row = rows + 4L * COLUMNS * lane;
                for (int k = from; k < Math.min(count, from + TRANSPOSED); k++) {
                    f32(panel + 4L * (k * ROWS + lane), f32(row + 4L * k));
                }
            }
        }
    }

    /** Makes the panel of a packed group of Q8_0. */
    static void q80(long w, int count, long panel) {
        for (int b = 0; b < count / 32; b++, w += 34 * ROWS, panel += 128 * ROWS) {
            FloatVector d0 = all(HALF).mul(halves(w));
            FloatVector d1 = all(HALF).mul(halves(w + ROWS));
            for (int j = 0; j < 32; j++) {
                long levels = w + 2 * ROWS + (long) ROWS * j;
                long at = panel + 4L * ROWS * j;
                store(d0.mul(floatsOfBytes(levels)), at);
                store(d1.mul(floatsOfBytes(levels + N)), at + 2 * ROWS);
            }
        }
    }

    /** Makes the panel of a packed group of Q4_0. */
    static void q40(long w, int count, long panel) {
        for (int b = 0; b < count / 32; b++, w += 18 * ROWS, panel += 128 * ROWS) {
            FloatVector d0 = all(HALF).mul(halves(w));
            FloatVector d1 = all(HALF).mul(halves(w + ROWS));
            for (int j = 0; j < 32; j++) {
                long at = panel + 4L * ROWS * j;
                level(w + 2 * ROWS, j, at);
                // the upper half first: the floats of the lower one go where the levels are
                store(d1.mul(floatsOfWords(at + ROWS)), at + 2 * ROWS);
                store(d0.mul(floatsOfWords(at)), at);
            }
        }
    }

    /** Makes the panel of a packed group of Q4_K: {@code s q - dmin m = s (q - 8) - offset} with the stored offset. */
    static void q4k(long w, int count, long panel) {
        for (int j = 0; j < count; j++) {
            long block = w + 24L * ROWS * (j / 32);
            long at = panel + 4L * ROWS * j;
            level(block + 8 * ROWS, j % 32, at);
            for (int half = 1; half >= 0; half--) {
                FloatVector scaled = floats(block + 2 * ROWS * half).mul(floatsOfWords(at + ROWS * half));
                store(scaled.sub(floats(block + 4 * ROWS + 2 * ROWS * half)), at + 2 * ROWS * half);
            }
        }
    }

    /** Stores the 4-bit levels of column j of a block, less 8, as 16-bit numbers. */
    private static void level(long w, int j, long target) {
        store(shorts(w + 2 * ROWS * (j / 4)).lanewise(VectorOperators.LSHR, 4 * (j % 4)).and((short) 15).sub((short) 8), target);
    }

    /** Makes the panel of a packed group of Q6_K. */
    static void q6k(long w, int count, long panel) {
        for (int j = 0; j < count; j++) {
            long block = w + 276L * ROWS * (j / 256);
            long part = block + 4 * ROWS + 17L * ROWS * (j % 256 / 16);
            for (int half = 0; half < 2; half++) {
                FloatVector scale = floats(block + 2 * ROWS * half).mul(floatsOfBytes(part + N * half));
                long levels = part + ROWS + (long) ROWS * (j % 16) + N * half;
                store(scale.mul(floatsOfBytes(levels)), panel + 4L * ROWS * j + 2 * ROWS * half);
            }
        }
    }
}
