package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.vector.Lanes.ROWS;

import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.memory.Memory;
import java.lang.invoke.MethodHandles;

/** The loops of products over rows and columns, one method a type; see {@link Leaf#run} for the parameters. */
final class RowProduct {
    private RowProduct() {}

    static MethodHandles.Lookup lookup() {
        return MethodHandles.lookup();
    }

    static void f32(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        for (int row = from; row < to; row++) {
            for (int c = 0; c < columns; c++) {
                put(y, row, c, stride, VectorDot.dot(w.row(row), x + step * c, w.in()));
            }
        }
    }

    static void f16(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        for (int row = from; row < to; row++) {
            for (int c = 0; c < columns; c++) {
                put(y, row, c, stride, VectorDot.dotF16(w.row(row), x + step * c, w.in()));
            }
        }
    }

    static void bf16(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        for (int row = from; row < to; row++) {
            for (int c = 0; c < columns; c++) {
                put(y, row, c, stride, VectorDot.dotBf16(w.row(row), x + step * c, w.in()));
            }
        }
    }

    /** The columns are rounded. */
    static void q80(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        for (int row = from; row < to; row++) {
            for (int c = 0; c < columns; c++) {
                put(y, row, c, stride, RoundedProduct.q80(w.row(row), w.in(), x + step * c));
            }
        }
    }

    /** Rows of any type, expanded to floats. */
    static void expanded(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        for (int row = from; row < to; row++) {
            Panels.expand(w.type(), w.row(row), w.in(), scratch);
            for (int c = 0; c < columns; c++) {
                put(y, row, c, stride, VectorDot.dot(scratch, x + step * c, w.in()));
            }
        }
    }

    /** Whole groups of packed rows, the columns rounded. */
    static void q80Group(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        long end = Packing.group(w, w.rows() / ROWS);
        int seen = 0;
        for (int row = from; row < to; row += ROWS) {
            for (int c = 0; c < columns; c++) {
                seen += RoundedProduct.q80Group(Packing.group(w, row / ROWS), end, w.in(), x + step * c, y + 4L * row + stride * c);
            }
        }
        // nobody reads it; without it the compiler would leave the loads ahead out
        Memory.i32(scratch, seen);
    }

    static void q40(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        GroupProduct.Q4_0.run(w, from, to, x, step, columns, y, stride, scratch);
    }

    static void q4k(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        GroupProduct.Q4_K.run(w, from, to, x, step, columns, y, stride, scratch);
    }

    static void q6k(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        GroupProduct.Q6_K.run(w, from, to, x, step, columns, y, stride, scratch);
    }

    /** Makes the panel of the group of row {@code from}, in the file's order; those of packed rows follow. */
    static void panel(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        Panels.any(w, from / ROWS, scratch);
    }

    static void panelQ80(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        Panels.q80(Packing.group(w, from / ROWS), w.in(), Panels.in(scratch));
    }

    static void panelQ40(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        Panels.q40(Packing.group(w, from / ROWS), w.in(), Panels.in(scratch));
    }

    static void panelQ4k(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        Panels.q4k(Packing.group(w, from / ROWS), w.in(), Panels.in(scratch));
    }

    static void panelQ6k(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        Panels.q6k(Packing.group(w, from / ROWS), w.in(), Panels.in(scratch));
    }

    /** The group of row {@code from}, as the panel in scratch has it, with many columns of floats. */
    static void tiles(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        PanelProduct.multiply(Panels.in(scratch), w.in(), x, step, columns, y + 4L * from, stride);
    }

    private static void put(long y, int row, int column, long stride, float value) {
        Memory.f32(y + 4L * row + stride * column, value);
    }
}
