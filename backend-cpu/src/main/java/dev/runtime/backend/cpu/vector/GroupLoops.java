package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i16;
import static dev.runtime.backend.cpu.memory.Memory.i16After;
import static dev.runtime.backend.cpu.vector.Lanes.HALF;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.ROWS;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.bytes;
import static dev.runtime.backend.cpu.vector.Lanes.exact;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.floatsOfBytes;
import static dev.runtime.backend.cpu.vector.Lanes.floatsOfWords;
import static dev.runtime.backend.cpu.vector.Lanes.halves;
import static dev.runtime.backend.cpu.vector.Lanes.shorts;
import static dev.runtime.backend.cpu.vector.Lanes.store;

import java.lang.invoke.MethodHandles;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;

/**
 * The loops of {@link GroupProduct} over columns {@code [from, to)} of a packed group, whose weights for them begin at w, and a rounded column.
 * Those named sums store sums of products of integers, {@code ROWS} 16-bit numbers for each 32 columns, of Q6_K for each 8: they fit 16 bits
 * (modulo 2^16 on the way), so that no product has to be widened. Those named scale add the scaled sums to the result.
 *
 * <p>Loops over the lines of a block end at an address: those with a count the compiler unrolls, loads their lines out of order, and takes far
 * longer from memory.
 */
final class GroupLoops {
    private GroupLoops() {}

    static MethodHandles.Lookup lookup() {
        return MethodHandles.lookup();
    }

    static int sumsQ40(long w, int from, int to, int width, long column, long partial, long end) {
        return sums(w + 2 * ROWS, 18 * ROWS, from, to, width, column, partial, end);
    }

    static int sumsQ4k(long w, int from, int to, int width, long column, long partial, long end) {
        return sums(w + 8 * ROWS, 24 * ROWS, from, to, width, column, partial, end);
    }

    /** Sums of 4-bit levels less 8 times integers: of the levels with the {@linkplain RoundedInput#steps steps} of inputs. */
    private static int sums(long w, int stride, int from, int to, int width, long column, long partial, long end) {
        long steps = RoundedInput.steps(column, width) + 2L * from;
        long sums = RoundedInput.sums(column, width);
        int seen = 0;
        for (int at = from; at < to; at += 32, w += stride, steps += 64, partial += 2 * ROWS) {
            seen += PageTouch.ahead(w, stride, end);
            ShortVector sum = all((short) 0);
            long step = steps;
            for (long line = w; line != w + 16 * ROWS; line += 2 * ROWS, step += 8) {
                ShortVector v = shorts(line);
                ShortVector low = v.mul(all(i16After(step, 0))).add(v.lanewise(VectorOperators.LSHR, 4).mul(all(i16After(step, 2))));
                ShortVector high = v.lanewise(VectorOperators.LSHR, 8).mul(all(i16After(step, 4)))
                        .add(v.lanewise(VectorOperators.LSHR, 12).mul(all(i16After(step, 6))));
                sum = low.add(high).add(sum);
            }
            store(all((short) (-8 * (int) f32(sums + at / 8))).add(sum), partial);
        }
        return seen;
    }

    static void scaleQ40(long w, int from, int to, int width, long column, long partial, long y) {
        long scales = RoundedInput.scales(column, width);
        FloatVector a0 = floats(y);
        FloatVector a1 = floats(y + 2 * ROWS);
        for (int at = from; at < to; at += 32, w += 18 * ROWS, partial += 2 * ROWS) {
            FloatVector d = all(f32(scales + at / 8) * HALF);
            a0 = d.mul(halves(w)).fma(floatsOfWords(partial), a0);
            a1 = d.mul(halves(w + ROWS)).fma(floatsOfWords(partial + ROWS), a1);
        }
        store(exact(a0), y);
        store(exact(a1), y + 2 * ROWS);
    }

    static void scaleQ4k(long w, int from, int to, int width, long column, long partial, long y) {
        long scales = RoundedInput.scales(column, width);
        long sums = RoundedInput.sums(column, width);
        FloatVector a0 = floats(y);
        FloatVector a1 = floats(y + 2 * ROWS);
        for (int at = from; at < to; at += 32, w += 24 * ROWS, partial += 2 * ROWS) {
            float scale = f32(scales + at / 8);
            FloatVector d = all(scale);
            FloatVector e = all(-scale * f32(sums + at / 8));
            a0 = floats(w).mul(d).fma(floatsOfWords(partial), a0);
            a1 = floats(w + 2 * ROWS).mul(d).fma(floatsOfWords(partial + ROWS), a1);
            a0 = floats(w + 4 * ROWS).fma(e, a0);
            a1 = floats(w + 6 * ROWS).fma(e, a1);
        }
        store(exact(a0), y);
        store(exact(a1), y + 2 * ROWS);
    }

    static int sumsQ6k(long w, int from, int to, int width, long column, long partial, long end) {
        int seen = 0;
        long x = column + 2L * from;
        for (int at = 0; at < to - from; at += 8, x += 16, partial += 2 * ROWS) {
            long levels = w + 4 * ROWS + 17L * ROWS * (at / 16) + ROWS + (long) ROWS * (at & 8);
            seen += PageTouch.ahead(levels, 8 * ROWS, end);
            ShortVector sum = all((short) 0);
            long step = x;
            for (long line = levels; line != levels + 8 * ROWS; line += ROWS, step += 2) {
                sum = all(i16(step)).mul(bytes(line)).add(sum);
            }
            store(all((short) 0).add(sum), partial);
        }
        return seen;
    }

    static void scaleQ6k(long w, int from, int to, int width, long column, long partial, long y) {
        long scales = RoundedInput.scales(column, width);
        FloatVector a0 = floats(y);
        FloatVector a1 = floats(y + 2 * ROWS);
        for (int at = from; at < to; at += 8, partial += 2 * ROWS) {
            long part = w + 4 * ROWS + 17L * ROWS * ((at - from) / 16);
            FloatVector d = all(f32(scales + 4L * (at / 32)));
            a0 = floats(w).mul(floatsOfBytes(part)).fma(d.mul(floatsOfWords(partial)), a0);
            a1 = floats(w + 2 * ROWS).mul(floatsOfBytes(part + N)).fma(d.mul(floatsOfWords(partial + ROWS)), a1);
        }
        store(exact(a0), y);
        store(exact(a1), y + 2 * ROWS);
    }
}
