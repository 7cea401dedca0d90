package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.ROWS;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.bytes;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.half;
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
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/** Weights as floats: single rows, and panels {@code [columns, ROWS]} of a group of rows for products with many columns. */
final class Panels {
    /** The most columns of a panel; a whole number of blocks of every type. */
    static final int COLUMNS = 256;

    private static final Map<TensorType, Dequantizer> DEQUANTIZERS = new EnumMap<>(TensorType.class);

    static {
        for (TensorType type : TensorType.values()) {
            Dequantizers.of(type).ifPresent(d -> DEQUANTIZERS.put(type, d));
        }
        DEQUANTIZERS.put(TensorType.F16, Panels::expandF16);
        DEQUANTIZERS.put(TensorType.BF16, Panels::expandBf16);
        DEQUANTIZERS.put(TensorType.Q8_0, Panels::expandQ80);
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
            for (int i = 0; i < 32; i += ROWS, t += 4 * ROWS) {
                ShortVector q = bytes(s + 2 + i);
                store(floats(half(q, 0)).mul(d), t);
                store(floats(half(q, 1)).mul(d), t + 4 * N);
            }
        }
    }

    /**
     * Makes the panel of columns {@code [from, from + count)} of a group.
     *
     * @param rows working memory {@code [ROWS, COLUMNS]} floats
     */
    static void make(Matrix w, int group, int from, int count, long rows, long panel) {
        if (w.packed() != 0) {
            long block = w.packed() + group * Packing.groupBytes(w.type(), w.in())
                    + (long) from / Packing.blockColumns(w.type()) * Packing.blockBytes(w.type());
            switch (w.type()) {
                case Q4_0 -> q40(block, count, panel);
                case Q4_K -> q4k(block, count, panel);
                case TensorType other -> q6k(block, count, panel);
            }
        } else {
            for (int lane = 0; lane < ROWS; lane++) {
                long source = w.row(group * ROWS + lane) + w.type().bytes(from);
                expand(w.type(), source, count, rows + 4L * COLUMNS * lane);
            }
            transpose(rows, count, panel);
        }
    }

    private static void transpose(long rows, int count, long panel) {
        for (int lane = 0; lane < ROWS; lane++) {
            long row = rows + 4L * COLUMNS * lane;
            for (int k = 0; k < count; k++) {
                f32(panel + 4L * (k * ROWS + lane), f32(row + 4L * k));
            }
        }
    }

    private static void q40(long w, int count, long panel) {
        for (int k = 0; k < count; k += 32, w += 20 * ROWS) {
            levels(w + 4 * ROWS, floats(w), floats(w + 2 * ROWS), floats(w).mul(-8f), floats(w + 2 * ROWS).mul(-8f),
                    panel + 4L * ROWS * k);
        }
    }

    /** {@code s q - dmin m = s q - (8 s + offset)} with the stored offset. */
    private static void q4k(long w, int count, long panel) {
        for (int k = 0; k < count; k += 32, w += 24 * ROWS) {
            FloatVector s0 = floats(w);
            FloatVector s1 = floats(w + 2 * ROWS);
            FloatVector m0 = s0.mul(8f).add(floats(w + 4 * ROWS)).neg();
            FloatVector m1 = s1.mul(8f).add(floats(w + 6 * ROWS)).neg();
            levels(w + 8 * ROWS, s0, s1, m0, m1, panel + 4L * ROWS * k);
        }
    }

    /** 32 columns of 4-bit levels times a scale plus a minimum. */
    private static void levels(long w, FloatVector s0, FloatVector s1, FloatVector m0, FloatVector m1, long panel) {
        for (int j = 0; j < 32; j++) {
            ShortVector q = shorts(w + 2 * ROWS * (j / 4)).lanewise(VectorOperators.LSHR, 4 * (j % 4)).and((short) 15);
            store(floats(half(q, 0)).fma(s0, m0), panel + 4L * ROWS * j);
            store(floats(half(q, 1)).fma(s1, m1), panel + 4L * ROWS * j + 4 * N);
        }
    }

    private static void q6k(long w, int count, long panel) {
        for (int k = 0; k < count; k += 256) {
            FloatVector d0 = floats(w);
            FloatVector d1 = floats(w + 2 * ROWS);
            w += 4 * ROWS;
            for (int part = 0; part < 16; part++, w += 17 * ROWS) {
                ShortVector scale = bytes(w);
                FloatVector s0 = floats(half(scale, 0)).mul(d0);
                FloatVector s1 = floats(half(scale, 1)).mul(d1);
                for (int j = 0; j < 16; j++) {
                    ShortVector q = bytes(w + ROWS + (long) ROWS * j);
                    long at = panel + 4L * ROWS * (k + 16 * part + j);
                    store(floats(half(q, 0)).mul(s0), at);
                    store(floats(half(q, 1)).mul(s1), at + 4 * N);
                }
            }
        }
    }
}
