package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.ROWS;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.store;

import dev.runtime.backend.cpu.kernels.Matrix;
import jdk.incubator.vector.FloatVector;

/**
 * Products of a group of rows with many columns of floats: each panel of weights is made once and used by all columns. The sums
 * of a tile of columns stay in registers, two vectors a column.
 */
final class PanelProduct {
    private PanelProduct() {}

    /** Returns the bytes of scratch: rows and the panel made of them. */
    static long scratchBytes() {
        return 2 * 4L * ROWS * Panels.COLUMNS;
    }

    /**
     * Multiplies.
     *
     * @param x the floats of column 0
     * @param step bytes from a column of x to the next
     * @param y of the group's first row and column 0
     * @param stride bytes from a column of y to the next
     */
    static void multiply(Matrix w, int group, long x, long step, int columns, long y, long stride, long scratch) {
        long panel = scratch + 4L * ROWS * Panels.COLUMNS;
        for (int from = 0; from < w.in(); from += Panels.COLUMNS) {
            int count = Math.min(Panels.COLUMNS, w.in() - from);
            Panels.make(w, group, from, count, scratch, panel);
            long part = x + 4L * from;
            int c = 0;
            for (; N >= 16 && c <= columns - 8; c += 8) {
                eight(panel, count, part + step * c, step, y + stride * c, stride, from == 0);
            }
            for (; c <= columns - 4; c += 4) {
                four(panel, count, part + step * c, step, y + stride * c, stride, from == 0);
            }
            for (; c < columns; c++) {
                one(panel, count, part + step * c, y + stride * c, from == 0);
            }
        }
    }

    private static void one(long w, int count, long x, long y, boolean first) {
        FloatVector a = first ? all(0f) : floats(y);
        FloatVector b = first ? a : floats(y + 4 * N);
        for (int k = 0; k < count; k++, w += 4 * ROWS, x += 4) {
            FloatVector v = all(f32(x));
            a = floats(w).fma(v, a);
            b = floats(w + 4 * N).fma(v, b);
        }
        store(a, y);
        store(b, y + 4 * N);
    }

    private static void four(long w, int count, long x, long step, long y, long stride, boolean first) {
        FloatVector z = all(0f);
        FloatVector a0 = first ? z : floats(y);
        FloatVector b0 = first ? z : floats(y + 4 * N);
        FloatVector a1 = first ? z : floats(y + stride);
        FloatVector b1 = first ? z : floats(y + stride + 4 * N);
        FloatVector a2 = first ? z : floats(y + 2 * stride);
        FloatVector b2 = first ? z : floats(y + 2 * stride + 4 * N);
        FloatVector a3 = first ? z : floats(y + 3 * stride);
        FloatVector b3 = first ? z : floats(y + 3 * stride + 4 * N);
        for (int k = 0; k < count; k++, w += 4 * ROWS, x += 4) {
            FloatVector p = floats(w);
            FloatVector q = floats(w + 4 * N);
            FloatVector v = all(f32(x));
            a0 = p.fma(v, a0);
            b0 = q.fma(v, b0);
            v = all(f32(x + step));
            a1 = p.fma(v, a1);
            b1 = q.fma(v, b1);
            v = all(f32(x + 2 * step));
            a2 = p.fma(v, a2);
            b2 = q.fma(v, b2);
            v = all(f32(x + 3 * step));
            a3 = p.fma(v, a3);
            b3 = q.fma(v, b3);
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

    private static void eight(long w, int count, long x, long step, long y, long stride, boolean first) {
        FloatVector z = all(0f);
        long u = y + 4 * N;
        FloatVector a0 = first ? z : floats(y);
        FloatVector b0 = first ? z : floats(u);
        FloatVector a1 = first ? z : floats(y + stride);
        FloatVector b1 = first ? z : floats(u + stride);
        FloatVector a2 = first ? z : floats(y + 2 * stride);
        FloatVector b2 = first ? z : floats(u + 2 * stride);
        FloatVector a3 = first ? z : floats(y + 3 * stride);
        FloatVector b3 = first ? z : floats(u + 3 * stride);
        FloatVector a4 = first ? z : floats(y + 4 * stride);
        FloatVector b4 = first ? z : floats(u + 4 * stride);
        FloatVector a5 = first ? z : floats(y + 5 * stride);
        FloatVector b5 = first ? z : floats(u + 5 * stride);
        FloatVector a6 = first ? z : floats(y + 6 * stride);
        FloatVector b6 = first ? z : floats(u + 6 * stride);
        FloatVector a7 = first ? z : floats(y + 7 * stride);
        FloatVector b7 = first ? z : floats(u + 7 * stride);
        for (int k = 0; k < count; k++, w += 4 * ROWS, x += 4) {
            FloatVector p = floats(w);
            FloatVector q = floats(w + 4 * N);
            FloatVector v = all(f32(x));
            a0 = p.fma(v, a0);
            b0 = q.fma(v, b0);
            v = all(f32(x + step));
            a1 = p.fma(v, a1);
            b1 = q.fma(v, b1);
            v = all(f32(x + 2 * step));
            a2 = p.fma(v, a2);
            b2 = q.fma(v, b2);
            v = all(f32(x + 3 * step));
            a3 = p.fma(v, a3);
            b3 = q.fma(v, b3);
            v = all(f32(x + 4 * step));
            a4 = p.fma(v, a4);
            b4 = q.fma(v, b4);
            v = all(f32(x + 5 * step));
            a5 = p.fma(v, a5);
            b5 = q.fma(v, b5);
            v = all(f32(x + 6 * step));
            a6 = p.fma(v, a6);
            b6 = q.fma(v, b6);
            v = all(f32(x + 7 * step));
            a7 = p.fma(v, a7);
            b7 = q.fma(v, b7);
        }
        store(a0, y);
        store(b0, u);
        store(a1, y + stride);
        store(b1, u + stride);
        store(a2, y + 2 * stride);
        store(b2, u + 2 * stride);
        store(a3, y + 3 * stride);
        store(b3, u + 3 * stride);
        store(a4, y + 4 * stride);
        store(b4, u + 4 * stride);
        store(a5, y + 5 * stride);
        store(b5, u + 5 * stride);
        store(a6, y + 6 * stride);
        store(b6, u + 6 * stride);
        store(a7, y + 7 * stride);
        store(b7, u + 7 * stride);
    }
}
