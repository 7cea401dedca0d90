package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.vector.Lanes.ROWS;

import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.memory.Memory;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/**
 * Products of packed groups of rows with rounded columns, in strips of columns: a first loop of {@link GroupLoops} sums levels times integers
 * on 16 bits, a second one scales the sums and adds them to the result. Two loops, because one of both would be more than the compiler
 * inlines, see {@link Leaf}; a strip's weights and sums stay in the nearest cache from one to the other, and from column to column.
 */
final class GroupProduct {
    private static final MethodType SUMS = MethodType.methodType(int.class, long.class, int.class, int.class, int.class, long.class,
            long.class, long.class);
    private static final MethodType SCALE = SUMS.changeReturnType(void.class);

    static final GroupProduct Q4_0 = new GroupProduct(TensorType.Q4_0, "sumsQ40", "scaleQ40", 512);
    static final GroupProduct Q4_K = new GroupProduct(TensorType.Q4_K, "sumsQ4k", "scaleQ4k", 512);
    static final GroupProduct Q6_K = new GroupProduct(TensorType.Q6_K, "sumsQ6k", "scaleQ6k", 256);

    // neither static nor trusted to be final: kernels of their own, see Leaf
    private final MethodHandle sums;
    private final MethodHandle scale;
    private final int strip;
    private final long stripBytes;

    private GroupProduct(TensorType type, String sums, String scale, int strip) {
        this.sums = Leaf.handle(GroupLoops.lookup(), sums, SUMS);
        this.scale = Leaf.handle(GroupLoops.lookup(), scale, SCALE);
        this.strip = strip;
        stripBytes = Packing.groupBytes(type, strip);
    }

    /**
     * Multiplies rows {@code [from, to)} of whole groups; see {@link Leaf#run}.
     *
     * @param scratch for the sums of a strip
     */
    void run(Matrix w, int from, int to, long x, long step, int columns, long y, long stride, long scratch) {
        long end = Packing.group(w, w.rows() / ROWS);
        for (int row = from; row < to; row += ROWS) {
            group(Packing.group(w, row / ROWS), end, w.in(), x, step, columns, y + 4L * row, stride, scratch);
        }
    }

    private void group(long w, long end, int width, long x, long step, int columns, long y, long stride, long partial) {
        for (int c = 0; c < columns; c++) {
            Memory.clear(y + stride * c, 4L * ROWS);
        }
        for (int at = 0; at < width; at += strip, w += stripBytes) {
            int to = Math.min(at + strip, width);
            for (int c = 0; c < columns; c++) {
                strip(w, at, to, width, x + step * c, y + stride * c, partial, end);
            }
        }
    }

    private void strip(long w, int from, int to, int width, long column, long y, long partial, long end) {
        try {
            int _ = (int) sums.invokeExact(w, from, to, width, column, partial, end);
            scale.invokeExact(w, from, to, width, column, partial, y);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
