package dev.runtime.backend.cuda.ops;

import dev.runtime.api.graph.RowOp;
import dev.runtime.backend.cuda.ffi.Launch;

/** Operators on rows that tokens come with instead of ids, and on runs of rows: a thread an element of the result. */
public final class GivenRows {
    private static final String FILE = "images";

    private GivenRows() {}

    /** {@link RowOp.Input}. */
    public static Step input(Frame frame, RowOp.Input op, Buffer y) {
        Launch launch = frame.launch(FILE, "given_rows", Frame.THREADS, 0, 0, 0, 0, op.start(), y.address(), 0, y.width());
        return () -> {
            launch.set(1, frame.embeddings());
            launch.set(2, frame.embeddingWidth());
            run(frame, launch, 5, y);
        };
    }

    /** Puts the first elements of given rows in the place of embeddings that were taken as if rows were no longer than those. */
    static Step embeddings(Frame frame, Buffer y) {
        Launch launch = frame.launch(FILE, "given_embeddings", Frame.THREADS, 0, 0, 0, 0, y.address(), 0, y.width());
        return () -> {
            launch.set(1, frame.embeddings());
            launch.set(2, frame.embeddingWidth());
            run(frame, launch, 4, y);
        };
    }

    /** {@link RowOp.SelectRuns}. */
    public static Step runs(Frame frame, Buffer x, Buffer y) {
        Launch launch = frame.launch(FILE, "select_runs", Frame.THREADS, 0, 0, x.address(), y.address(), 0, y.width(), x.width());
        return () -> run(frame, launch, 3, y);
    }

    private static void run(Frame frame, Launch launch, int count, Buffer y) {
        long elements = (long) frame.rows(y.rows()) * y.width();
        launch.set(0, frame.step());
        launch.set(count, elements);
        launch.run(frame.stream(), Frame.blocks(elements), 1, 1);
    }
}
