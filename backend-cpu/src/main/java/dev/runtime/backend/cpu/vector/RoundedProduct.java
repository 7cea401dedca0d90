package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i16;
import static dev.runtime.backend.cpu.vector.Lanes.ROWS;
import static dev.runtime.backend.cpu.vector.Lanes.S;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.bytes;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.half;
import static dev.runtime.backend.cpu.vector.Lanes.pairs;
import static dev.runtime.backend.cpu.vector.Lanes.shorts;
import static dev.runtime.backend.cpu.vector.Lanes.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of quantised weights with one rounded column, on 16-bit integers: the sums of a block fit 16 bits (modulo 2^16 on the
 * way), so that no product has to be widened. One flat loop over blocks each: the compiler keeps vectors in registers only then.
 */
final class RoundedProduct {
    private static final int LANES = S.length();

    private RoundedProduct() {}

    /** A row of Q8_0 in the file's order. */
    static float q80(long row, int width, long column) {
        long scales = RoundedInput.scales(column, width);
        FloatVector s0 = all(0f);
        FloatVector s1 = s0;
        int blocks = width / 32;
        int b = 0;
        for (; b < blocks - 1; b += 2, row += 68, column += 128) {
            s0 = floats(q80(row + 2, column)).fma(all(f16(row) * f32(scales + 4L * b)), s0);
            s1 = floats(q80(row + 36, column + 64)).fma(all(f16(row + 34) * f32(scales + 4L * b + 4)), s1);
        }
        if (b < blocks) {
            s0 = floats(q80(row + 2, column)).fma(all(f16(row) * f32(scales + 4L * b)), s0);
        }
        return Lanes.sum(s0.add(s1));
    }

    private static IntVector q80(long w, long x) {
        IntVector sum = pairs(bytes(w).mul(shorts(x)));
        for (int i = LANES; i < 32; i += LANES) {
            sum = sum.add(pairs(bytes(w + i).mul(shorts(x + 2 * i))));
        }
        return sum;
    }

    /** A group of Q4_0. */
    static void q40(long w, int width, long column, long y) {
        long scales = RoundedInput.scales(column, width);
        long sums = RoundedInput.sums(column, width);
        FloatVector a0 = all(0f);
        FloatVector a1 = a0;
        for (int b = 0; b < width / 32; b++, w += 20 * ROWS, column += 64) {
            ShortVector s = levels(w + 4 * ROWS, column, (short) (-8 * (int) f32(sums + 4L * b)));
            FloatVector d = all(f32(scales + 4L * b));
            a0 = floats(half(s, 0)).fma(floats(w).mul(d), a0);
            a1 = floats(half(s, 1)).fma(floats(w + 2 * ROWS).mul(d), a1);
        }
        store(a0, y);
        store(a1, y + 2 * ROWS);
    }

    /** A group of Q4_K. */
    static void q4k(long w, int width, long column, long y) {
        long scales = RoundedInput.scales(column, width);
        long sums = RoundedInput.sums(column, width);
        FloatVector a0 = all(0f);
        FloatVector a1 = a0;
        for (int b = 0; b < width / 32; b++, w += 24 * ROWS, column += 64) {
            float sum = f32(sums + 4L * b);
            float scale = f32(scales + 4L * b);
            ShortVector s = levels(w + 8 * ROWS, column, (short) (-8 * (int) sum));
            FloatVector d = all(scale);
            FloatVector e = all(-scale * sum);
            a0 = floats(half(s, 0)).fma(floats(w).mul(d), a0);
            a1 = floats(half(s, 1)).fma(floats(w + 2 * ROWS).mul(d), a1);
            a0 = floats(w + 4 * ROWS).fma(e, a0);
            a1 = floats(w + 6 * ROWS).fma(e, a1);
        }
        store(a0, y);
        store(a1, y + 2 * ROWS);
    }

    /** The sums of 32 products of 4-bit levels a lane, from a start. */
    private static ShortVector levels(long w, long x, short start) {
        ShortVector s0 = all(start);
        ShortVector s1 = all((short) 0);
        for (int j = 0; j < 8; j++) {
            ShortVector v = shorts(w + 2 * ROWS * j);
            s0 = s0.add(v.and((short) 15).mul(all(i16(x + 8 * j))));
            s1 = s1.add(v.lanewise(VectorOperators.LSHR, 4).and((short) 15).mul(all(i16(x + 8 * j + 2))));
            s0 = s0.add(v.lanewise(VectorOperators.LSHR, 8).and((short) 15).mul(all(i16(x + 8 * j + 4))));
            s1 = s1.add(v.lanewise(VectorOperators.LSHR, 12).mul(all(i16(x + 8 * j + 6))));
        }
        return s0.add(s1);
    }

    /** A group of Q6_K. */
    static void q6k(long w, int width, long column, long y) {
        long scales = RoundedInput.scales(column, width);
        FloatVector a0 = all(0f);
        FloatVector a1 = a0;
        int parts = width / 16;
        for (int p = 0; p < parts; p++, column += 32) {
            long block = w + 276L * ROWS * (p >> 4);
            long part = block + 4 * ROWS + 17L * ROWS * (p & 15);
            float d = f32(scales + 4L * (p >> 1));
            ShortVector s = eight(part + ROWS, column);
            ShortVector t = eight(part + 9 * ROWS, column + 16);
            ShortVector scale = bytes(part);
            a0 = floats(half(s, 0).add(half(t, 0))).fma(floats(half(scale, 0)).mul(floats(block).mul(d)), a0);
            a1 = floats(half(s, 1).add(half(t, 1))).fma(floats(half(scale, 1)).mul(floats(block + 2 * ROWS).mul(d)), a1);
        }
        store(a0, y);
        store(a1, y + 2 * ROWS);
    }

    /** The sums of 8 products of 6-bit levels a lane. */
    private static ShortVector eight(long w, long x) {
        ShortVector s = all((short) 0);
        for (int k = 0; k < 8; k++) {
            s = s.add(bytes(w + (long) ROWS * k).mul(all(i16(x + 2 * k))));
        }
        return s;
    }
}
