package dev.runtime.backend.cpu.ops;

import dev.runtime.api.graph.Rows;
import dev.runtime.backend.cpu.threads.Work;

/** A step that does each row on its own: short ones at once on the calling thread, long ones in chunks on all. */
public final class RowStep implements Step {
    /** Elements below which other threads do not pay. */
    private static final int SMALL = 32_768;

    private static final int CHUNKS = 64;

    private final Frame frame;
    private final Rows rows;
    private final int width;
    private final RowKernel kernel;
    private final Work chunk = this::chunk;
    private int count;
    private int chunks;

    /** Does one row. */
    @FunctionalInterface
    public interface RowKernel {
        /** Does the row; {@code row} is its number in the step. */
        void run(int row);
    }

    /**
     * Creates a step.
     *
     * @param width the work of a row, in elements
     */
    public RowStep(Frame frame, Rows rows, int width, RowKernel kernel) {
        this.frame = frame;
        this.rows = rows;
        this.width = width;
        this.kernel = kernel;
    }

    @Override
    public void run() {
        count = frame.rows(rows);
        if (count > 1 && (long) count * width > SMALL) {
            chunks = Math.min(count, CHUNKS);
            frame.parallel(chunk, chunks);
        } else {
            for (int row = 0; row < count; row++) {
                kernel.run(row);
            }
        }
    }

    private void chunk(int index, int slot) {
        int end = (int) ((long) count * (index + 1) / chunks);
        for (int row = (int) ((long) count * index / chunks); row < end; row++) {
            kernel.run(row);
        }
    }
}
