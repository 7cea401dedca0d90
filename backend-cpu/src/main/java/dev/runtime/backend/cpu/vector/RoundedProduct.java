package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.F;
import static dev.runtime.backend.cpu.vector.Lanes.HALF;
import static dev.runtime.backend.cpu.vector.Lanes.I;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.ROWS;
import static dev.runtime.backend.cpu.vector.Lanes.S;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.bytes;
import static dev.runtime.backend.cpu.vector.Lanes.exact;
import static dev.runtime.backend.cpu.vector.Lanes.floatsOfBytes;
import static dev.runtime.backend.cpu.vector.Lanes.halves;
import static dev.runtime.backend.cpu.vector.Lanes.pairs;
import static dev.runtime.backend.cpu.vector.Lanes.shorts;
import static dev.runtime.backend.cpu.vector.Lanes.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Products of Q8_0 with one rounded column. */
final class RoundedProduct {
    private static final int LANES = S.length();

    private RoundedProduct() {}

    /**
     * A row in the file's order, on 16-bit integers. The compiler inlines what is called from a loop; a helper for a block, called once and calling
     * others, it may have counted too seldom.
     */
    static float q80(long row, int width, long column) {
        long scales = RoundedInput.scales(column, width);
        FloatVector s0 = all(0f);
        FloatVector s1 = s0;
        for (int b = 0; b < width / 32; b++, row += 34, column += 64) {
            IntVector rest = IntVector.zero(I);
            for (int i = LANES; i < 32; i += LANES) {
                rest = pairs(shorts(column + 2 * i).mul(bytes(row + 2 + i))).add(rest);
            }
            IntVector sum = pairs(shorts(column).mul(bytes(row + 2))).add(rest);
            FloatVector next = all(f16(row) * f32(scales + 4L * b)).fma((FloatVector) sum.convertShape(VectorOperators.I2F, F, 0), s0);
            s0 = s1;
            s1 = next;
        }
        return Lanes.sum(exact(s0).add(s1));
    }

    /**
     * A packed group of Q8_0, on floats: integers would have to be widened after every second product, which takes as many instructions.
     *
     * @param end of the weights that may be read
     * @return see {@link PageTouch#ahead}
     */
    static int q80Group(long w, long end, int width, long column, long y) {
        long x = RoundedInput.floats(column, width);
        FloatVector half = all(HALF);
        int seen = 0;
        FloatVector a0 = all(0f);
        FloatVector a1 = a0;
        for (int b = 0; b < width / 32; b++, w += 34 * ROWS, x += 128) {
            seen += PageTouch.ahead(w, 34 * ROWS, end);
            FloatVector s0 = all(0f);
            FloatVector s1 = s0;
            for (int k = 0; k < 32; k++) {
                FloatVector v = all(f32(x + 4 * k));
                s0 = v.fma(floatsOfBytes(w + 2 * ROWS + (long) ROWS * k), s0);
                s1 = v.fma(floatsOfBytes(w + 2 * ROWS + (long) ROWS * k + N), s1);
            }
            a0 = half.mul(halves(w)).fma(s0, a0);
            a1 = half.mul(halves(w + ROWS)).fma(s1, a1);
        }
        store(exact(a0), y);
        store(exact(a1), y + 2 * ROWS);
        return seen;
    }
}
