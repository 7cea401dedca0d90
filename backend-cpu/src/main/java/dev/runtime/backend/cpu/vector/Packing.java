package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i16;
import static dev.runtime.backend.cpu.memory.Memory.i8;
import static dev.runtime.backend.cpu.memory.Memory.u8;
import static dev.runtime.backend.cpu.vector.Lanes.ROWS;

import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.Matrix;

/**
 * Weights of {@link Lanes#ROWS} rows side by side, a lane a row, so that sums need no exchange between lanes and scales are vectors.
 * Rows that do not fill a group stay as they are.
 *
 * <p>Q8_0, of 32 columns: the scale of each row in half precision, then a signed byte a row for each column. Q4_0, of 32 columns: scales
 * likewise, then 8 vectors of 16-bit lanes with the levels of columns 4j to 4j + 3, from the low bits up. Q4_K, of 32 columns: a float
 * scale {@code s} and a float {@code dmin m - 8 s} a row, then levels likewise; 8 is taken off the levels so that 32 products fit 16 bits.
 * Q6_K, of 256 columns: a float scale a row, then 16 times a signed byte of scale a row and 16 columns of signed bytes. Scales in half
 * precision count as finite: an infinite one, which no file should have, is taken for 2^16.
 */
final class Packing {
    private Packing() {}

    /** Returns the bytes of one group's block of columns; 0 for types that are not packed. */
    static int blockBytes(TensorType type) {
        return switch (type) {
            case Q8_0 -> 34 * ROWS;
            case Q4_0 -> 18 * ROWS;
            case Q4_K -> 24 * ROWS;
            case Q6_K -> (4 + 16 * 17) * ROWS;
            case TensorType other -> 0;
        };
    }

    /** Returns the columns of a block. */
    static int blockColumns(TensorType type) {
        return type == TensorType.Q6_K ? 256 : 32;
    }

    /** Returns the bytes of one group of rows. */
    static long groupBytes(TensorType type, int in) {
        return (long) in / blockColumns(type) * blockBytes(type);
    }

    /** Returns the address of a packed group of rows. */
    static long group(Matrix w, int group) {
        return w.packed() + group * groupBytes(w.type(), w.in());
    }

    /** Packs one group of rows. */
    static void pack(Matrix w, int group, long copy) {
        long target = copy + group * groupBytes(w.type(), w.in());
        for (int r = 0; r < ROWS; r++) {
            long row = w.row(group * ROWS + r);
            for (int b = 0; b < w.in() / w.type().blockSize(); b++) {
                long block = row + (long) b * w.type().blockBytes();
                switch (w.type()) {
                    case Q8_0 -> q80(block, target + 34L * ROWS * b, r);
                    case Q4_0 -> q40(block, target + 18L * ROWS * b, r);
                    case Q4_K -> q4k(block, target + 24L * ROWS * 8 * b, r);
                    case Q6_K -> q6k(block, target + 276L * ROWS * b, r);
                    case TensorType other -> throw new IllegalArgumentException(other + " is not packed");
                }
            }
        }
    }

    private static void q80(long s, long t, int row) {
        i16(t + 2 * row, i16(s));
        for (int l = 0; l < 32; l++) {
            i8(t + 2 * ROWS + (long) ROWS * l + row, i8(s + 2 + l));
        }
    }

    private static void q40(long s, long t, int row) {
        i16(t + 2 * row, i16(s));
        for (int j = 0; j < 8; j++) {
            int levels = 0;
            for (int i = 0; i < 4; i++) {
                int column = 4 * j + i;
                levels |= (u8(s + 2 + column % 16) >> 4 * (column / 16) & 15) << 4 * i;
            }
            i16(t + 2 * ROWS + 2 * ROWS * j + 2 * row, levels);
        }
    }

    private static void q4k(long s, long t, int row) {
        float d = f16(s);
        float min = f16(s + 2);
        for (int part = 0; part < 8; part++) {
            long block = t + 24L * ROWS * part;
            float scale = d * scale(s + 4, part);
            f32(block + 4 * row, scale);
            f32(block + 4 * ROWS + 4 * row, min * minimum(s + 4, part) - 8 * scale);
            for (int j = 0; j < 8; j++) {
                int levels = 0;
                for (int i = 0; i < 4; i++) {
                    levels |= (u8(s + 16 + 32 * (part / 2) + 4 * j + i) >> 4 * (part % 2) & 15) << 4 * i;
                }
                i16(block + 8 * ROWS + 2 * ROWS * j + 2 * row, levels);
            }
        }
    }

    private static int scale(long packed, int part) {
        return part < 4 ? u8(packed + part) & 63 : u8(packed + part + 4) & 15 | u8(packed + part - 4) >> 6 << 4;
    }

    private static int minimum(long packed, int part) {
        return part < 4 ? u8(packed + part + 4) & 63 : u8(packed + part + 4) >> 4 | u8(packed + part) >> 6 << 4;
    }

    private static void q6k(long s, long t, int row) {
        f32(t + 4 * row, f16(s + 208));
        for (int part = 0; part < 16; part++) {
            long block = t + 4 * ROWS + 17L * ROWS * part;
            i8(block + row, i8(s + 192 + part));
            int quarter = part % 8 / 2;
            long low = s + 64 * (part / 8) + 32 * (quarter % 2) + 16 * (part % 2);
            long high = s + 128 + 32 * (part / 8) + 16 * (part % 2);
            for (int l = 0; l < 16; l++) {
                int q = u8(low + l) >> 4 * (quarter / 2) & 15 | (u8(high + l) >> 2 * quarter & 3) << 4;
                i8(block + ROWS + (long) ROWS * l + row, q - 32);
            }
        }
    }
}
