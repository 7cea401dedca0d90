package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.ROWS;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.store;

import jdk.incubator.vector.FloatVector;

/**
 * Products of a group of rows with many columns of floats: the panel of weights is made once and used by all columns. The sums
 * of a tile of columns stay in registers, two vectors a column. Tiles are written out, and start from zero instead of from memory,
 * because the compiler stops inlining in a method of too many vector loads and stores, and then keeps vectors on the heap. For the same
 * reason they store sums as they are: {@link Lanes#exact} would be too much for six columns, which are at 16,600 of 18,000 nodes.
 */
final class PanelProduct {
    private PanelProduct() {}

    /**
     * Multiplies.
     *
     * @param panel {@code [width, ROWS]}
     * @param x the floats of column 0
     * @param step bytes from a column of x to the next
     * @param y of the group's first row and column 0
     * @param stride bytes from a column of y to the next
     */
    static void multiply(long panel, int width, long x, long step, int columns, long y, long stride) {
        int c = 0;
        for (; N >= 16 && c <= columns - 6; c += 6) {
            six(panel, width, x + step * c, step, y + stride * c, stride);
        }
        for (; c <= columns - 4; c += 4) {
            four(panel, width, x + step * c, step, y + stride * c, stride);
        }
        for (; c < columns; c++) {
            one(panel, width, x + step * c, y + stride * c);
        }
    }

    private static void one(long w, int count, long x, long y) {
        FloatVector a0 = all(0f);
        FloatVector b0 = a0;
        for (int k = 0; k < count; k++, w += 4 * ROWS, x += 4) {
            FloatVector p = floats(w);
            FloatVector q = floats(w + 4 * N);
            FloatVector v0 = all(f32(x));
            a0 = p.fma(v0, a0);
            b0 = q.fma(v0, b0);
        }
        store(a0, y);
        store(b0, y + 4 * N);
    }

    private static void four(long w, int count, long x, long step, long y, long stride) {
        FloatVector a0 = all(0f);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        FloatVector a3 = a0;
        FloatVector b3 = a0;
        for (int k = 0; k < count; k++, w += 4 * ROWS, x += 4) {
            FloatVector p = floats(w);
            FloatVector q = floats(w + 4 * N);
            FloatVector v0 = all(f32(x));
            a0 = p.fma(v0, a0);
            b0 = q.fma(v0, b0);
            FloatVector v1 = all(f32(x + step));
            a1 = p.fma(v1, a1);
            b1 = q.fma(v1, b1);
            FloatVector v2 = all(f32(x + 2 * step));
            a2 = p.fma(v2, a2);
            b2 = q.fma(v2, b2);
            FloatVector v3 = all(f32(x + 3 * step));
            a3 = p.fma(v3, a3);
            b3 = q.fma(v3, b3);
        }
        store(a0, y);
        store(b0, y + 4 * N);
        store(a1, y + stride);
        store(b1, y + stride + 4 * N);
        store(a2, y + 2 * stride);
        store(b2, y + 2 * stride + 4 * N);
        store(a3, y + 3 * stride);
        store(b3, y + 3 * stride + 4 * N);
    }

    private static void six(long w, int count, long x, long step, long y, long stride) {
        FloatVector a0 = all(0f);
        FloatVector b0 = a0;
        FloatVector a1 = a0;
        FloatVector b1 = a0;
        FloatVector a2 = a0;
        FloatVector b2 = a0;
        FloatVector a3 = a0;
        FloatVector b3 = a0;
        FloatVector a4 = a0;
        FloatVector b4 = a0;
        FloatVector a5 = a0;
        FloatVector b5 = a0;
        for (int k = 0; k < count; k++, w += 4 * ROWS, x += 4) {
            FloatVector p = floats(w);
            FloatVector q = floats(w + 4 * N);
            FloatVector v0 = all(f32(x));
            a0 = p.fma(v0, a0);
            b0 = q.fma(v0, b0);
            FloatVector v1 = all(f32(x + step));
            a1 = p.fma(v1, a1);
            b1 = q.fma(v1, b1);
            FloatVector v2 = all(f32(x + 2 * step));
            a2 = p.fma(v2, a2);
            b2 = q.fma(v2, b2);
            FloatVector v3 = all(f32(x + 3 * step));
            a3 = p.fma(v3, a3);
            b3 = q.fma(v3, b3);
            FloatVector v4 = all(f32(x + 4 * step));
            a4 = p.fma(v4, a4);
            b4 = q.fma(v4, b4);
            FloatVector v5 = all(f32(x + 5 * step));
            a5 = p.fma(v5, a5);
            b5 = q.fma(v5, b5);
        }
        store(a0, y);
        store(b0, y + 4 * N);
        store(a1, y + stride);
        store(b1, y + stride + 4 * N);
        store(a2, y + 2 * stride);
        store(b2, y + 2 * stride + 4 * N);
        store(a3, y + 3 * stride);
        store(b3, y + 3 * stride + 4 * N);
        store(a4, y + 4 * stride);
        store(b4, y + 4 * stride + 4 * N);
        store(a5, y + 5 * stride);
        store(b5, y + 5 * stride + 4 * N);
    }
}
