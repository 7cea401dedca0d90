package dev.runtime.backend.cuda;

import dev.runtime.backend.cuda.ffi.Context;
import dev.runtime.backend.cuda.ffi.Driver;
import dev.runtime.backend.cuda.ffi.DriverError;
import dev.runtime.backend.cuda.ops.Step;
import java.util.Arrays;

/**
 * Recordings of steps by their shape. A shape is run as it is the first time, recorded the second, and played from then on: one call of the
 * driver instead of hundreds.
 */
final class StepGraphs implements AutoCloseable {
    /** {@code CU_STREAM_CAPTURE_MODE_RELAXED}. */
    private static final int RELAXED = 2;

    private static final int MOST = 64;

    private final Context context;
    private final Step[] steps;
    private final long stream;
    private final long[] shapes = new long[MOST];
    private final long[] executables = new long[MOST];
    private int count;

    StepGraphs(Context context, Step[] steps, long stream) {
        this.context = context;
        this.steps = steps;
        this.stream = stream;
    }

    /** Runs the steps; those of the same shape start the same kernels with the same arguments. */
    void run(long shape) {
        int i = 0;
        while (i < count && shapes[i] != shape) {
            i++;
        }
        if (i == count) {
            if (count == MOST) {
                close();
                i = 0;
            }
            shapes[i] = shape;
            executables[i] = 0;
            count = i + 1;
            runDirectly();
            return;
        }
        if (executables[i] == 0) {
            try {
                executables[i] = record();
            } catch (DriverError e) {
                if (!e.outOfMemory()) {
                    throw e;
                }
                runDirectly(); // there is no memory for a recording; nothing of it has run
                return;
            }
        }
        Driver.launchGraph(executables[i], stream);
    }

    /** Runs the steps one kernel after the other. */
    void runDirectly() {
        for (Step step : steps) {
            step.run();
        }
    }

    private long record() {
        Driver.beginCapture(stream, RELAXED);
        try {
            runDirectly();
        } catch (RuntimeException | Error e) {
            try {
                long graph = Driver.endCapture(stream);
                if (graph != 0) {
                    Driver.destroyGraph(graph);
                }
            } catch (DriverError also) {
                e.addSuppressed(also);
            }
            throw e;
        }
        long graph = Driver.endCapture(stream);
        try {
            return Driver.instantiate(graph, 0);
        } finally {
            Driver.destroyGraph(graph);
        }
    }

    /** Forgets all recordings. */
    @Override
    public void close() {
        for (int i = 0; i < count; i++) {
            if (executables[i] != 0) {
                long executable = executables[i];
                context.release("a recording", () -> Driver.destroyExecutable(executable));
            }
        }
        Arrays.fill(executables, 0);
        count = 0;
    }
}
