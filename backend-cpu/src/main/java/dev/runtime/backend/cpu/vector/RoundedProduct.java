package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i16;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.ROWS;
import static dev.runtime.backend.cpu.vector.Lanes.S;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.bytes;
import static dev.runtime.backend.cpu.vector.Lanes.fewBytes;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.pairs;
import static dev.runtime.backend.cpu.vector.Lanes.shorts;
import static dev.runtime.backend.cpu.vector.Lanes.store;
import static dev.runtime.backend.cpu.vector.Lanes.words;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * Products of quantised weights with one rounded column, but for groups of Q8_0 on 16-bit integers: the sums of a block fit 16 bits (modulo 2^16 on the
 * way), so that no product has to be widened. The 16-bit sums of a block go through the memory of the result, which is in the nearest
 * cache: a vector that leaves an inner loop would go through the heap.
 */
final class RoundedProduct {
    private static final int LANES = S.length();

    private RoundedProduct() {}

    /**
     * A row of Q8_0 in the file's order. The compiler inlines what is called from a loop; a helper for a block, called once and calling
     * others, it may have counted too seldom.
     */
    static float q80(long row, int width, long column) {
        long scales = RoundedInput.scales(column, width);
        FloatVector s0 = all(0f);
        FloatVector s1 = s0;
        for (int b = 0; b < width / 32; b++, row += 34, column += 64) {
            IntVector sum = pairs(bytes(row + 2).mul(shorts(column)));
            for (int i = LANES; i < 32; i += LANES) {
                sum = sum.add(pairs(bytes(row + 2 + i).mul(shorts(column + 2 * i))));
            }
            FloatVector next = floats(sum).fma(all(f16(row) * f32(scales + 4L * b)), s0);
            s0 = s1;
            s1 = next;
        }
        return Lanes.sum(s0.add(s1));
    }

    /**
     * A group of Q8_0, on floats: integers would have to be widened after every second product, which takes as many instructions. Java cannot
     * ask for memory ahead; how many loads are under way is how many instructions lie between them.
     */
    static void q80Group(long w, int width, long column, long y) {
        long x = RoundedInput.floats(column, width);
        FloatVector a0 = all(0f);
        FloatVector a1 = a0;
        for (int b = 0; b < width / 32; b++, w += 36 * ROWS, x += 128) {
            FloatVector s0 = all(0f);
            FloatVector s1 = s0;
            for (int k = 0; k < 32; k++) {
                FloatVector v = all(f32(x + 4 * k));
                s0 = floats(fewBytes(w + 4 * ROWS + (long) ROWS * k)).fma(v, s0);
                s1 = floats(fewBytes(w + 4 * ROWS + (long) ROWS * k + N)).fma(v, s1);
            }
            a0 = s0.fma(floats(w), a0);
            a1 = s1.fma(floats(w + 2 * ROWS), a1);
        }
        store(a0, y);
        store(a1, y + 2 * ROWS);
    }

    /** A group of Q4_0. */
    static void q40(long w, int width, long column, long y) {
        long steps = RoundedInput.steps(column, width);
        long scales = RoundedInput.scales(column, width);
        long sums = RoundedInput.sums(column, width);
        FloatVector a0 = all(0f);
        FloatVector a1 = a0;
        for (int b = 0; b < width / 32; b++, w += 20 * ROWS, steps += 64) {
            levels(w + 4 * ROWS, steps, (short) (-8 * (int) f32(sums + 4L * b)), y);
            FloatVector d = all(f32(scales + 4L * b));
            a0 = floats(words(y)).fma(floats(w).mul(d), a0);
            a1 = floats(words(y + ROWS)).fma(floats(w + 2 * ROWS).mul(d), a1);
        }
        store(a0, y);
        store(a1, y + 2 * ROWS);
    }

    /** A group of Q4_K. */
    static void q4k(long w, int width, long column, long y) {
        long steps = RoundedInput.steps(column, width);
        long scales = RoundedInput.scales(column, width);
        long sums = RoundedInput.sums(column, width);
        FloatVector a0 = all(0f);
        FloatVector a1 = a0;
        for (int b = 0; b < width / 32; b++, w += 24 * ROWS, steps += 64) {
            float sum = f32(sums + 4L * b);
            float scale = f32(scales + 4L * b);
            levels(w + 8 * ROWS, steps, (short) (-8 * (int) sum), y);
            FloatVector d = all(scale);
            FloatVector e = all(-scale * sum);
            a0 = floats(words(y)).fma(floats(w).mul(d), a0);
            a1 = floats(words(y + ROWS)).fma(floats(w + 2 * ROWS).mul(d), a1);
            a0 = floats(w + 4 * ROWS).fma(e, a0);
            a1 = floats(w + 6 * ROWS).fma(e, a1);
        }
        store(a0, y);
        store(a1, y + 2 * ROWS);
    }

    /** Stores the sums of 32 products of 4-bit levels a lane, from a start: of the levels with the {@linkplain RoundedInput#steps steps} of inputs. */
    private static void levels(long w, long steps, short start, long sums) {
        ShortVector s0 = all(start);
        ShortVector s1 = all((short) 0);
        for (int j = 0; j < 8; j++) {
            ShortVector v = shorts(w + 2 * ROWS * j);
            s0 = s0.add(v.mul(all(i16(steps + 8 * j))));
            s1 = s1.add(v.lanewise(VectorOperators.LSHR, 4).mul(all(i16(steps + 8 * j + 2))));
            s0 = s0.add(v.lanewise(VectorOperators.LSHR, 8).mul(all(i16(steps + 8 * j + 4))));
            s1 = s1.add(v.lanewise(VectorOperators.LSHR, 12).mul(all(i16(steps + 8 * j + 6))));
        }
        store(s0.add(s1), sums);
    }

    /** A group of Q6_K. */
    static void q6k(long w, int width, long column, long y) {
        long scales = RoundedInput.scales(column, width);
        FloatVector a0 = all(0f);
        FloatVector a1 = a0;
        for (int e = 0; e < width / 8; e++, column += 16) {
            long block = w + 276L * ROWS * (e >> 5);
            long part = block + 4 * ROWS + 17L * ROWS * (e >> 1 & 15);
            eight(part + ROWS + 8L * ROWS * (e & 1), column, y);
            FloatVector d = all(f32(scales + 4L * (e >> 2)));
            a0 = floats(words(y)).mul(d).fma(floats(block).mul(floats(fewBytes(part))), a0);
            a1 = floats(words(y + ROWS)).mul(d).fma(floats(block + 2 * ROWS).mul(floats(fewBytes(part + N))), a1);
        }
        store(a0, y);
        store(a1, y + 2 * ROWS);
    }

    /** Stores the sums of 8 products of 6-bit levels a lane. */
    private static void eight(long w, long x, long sums) {
        ShortVector s = all((short) 0);
        for (int k = 0; k < 8; k++) {
            s = s.add(bytes(w + (long) ROWS * k).mul(all(i16(x + 2 * k))));
        }
        store(s, sums);
    }
}
