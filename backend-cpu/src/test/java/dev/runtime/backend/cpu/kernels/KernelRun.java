package dev.runtime.backend.cpu.kernels;

import dev.runtime.backend.cpu.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;

/** Calls kernels as steps do. */
public final class KernelRun {
    private KernelRun() {}

    /** Multiplies a matrix with columns of always the same random numbers, some rows at a time; returns {@code [columns, rows]}. */
    public static float[] product(Kernels kernels, Matrix matrix, int columns, RowBuffers buffers) {
        int width = matrix.in();
        int rows = matrix.rows();
        try (Arena arena = Arena.ofConfined()) {
            SplittableRandom random = new SplittableRandom(8);
            MemorySegment x = Memory.allocate(arena, 4L * columns * width);
            for (int i = 0; i < columns * width; i++) {
                x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            }
            InputForm form = kernels.inputForm(matrix.type());
            long prepared = Memory.allocate(arena, kernels.preparedBytes(form, width, columns)).address();
            for (int part = 0; part < kernels.prepareParts(form, columns); part++) {
                kernels.prepare(form, width, x.address(), columns, prepared, part);
            }
            MemorySegment y = Memory.allocate(arena, 4L * columns * rows);
            long scratch = Memory.allocate(arena, kernels.productScratch(width, columns)).address();
            for (int from = 0; from < rows; from += 64) {
                int to = Math.min(from + 64, rows);
                kernels.product(buffers.rows(matrix, from, to, 0), from, to, x.address(), prepared, columns, y.address(), rows, scratch);
            }
            return y.toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
