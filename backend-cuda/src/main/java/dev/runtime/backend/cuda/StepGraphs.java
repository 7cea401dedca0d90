package dev.runtime.backend.cuda;

import dev.runtime.backend.cuda.ffi.Driver;
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

    private final Step[] steps;
    private final long stream;
    private final long[] shapes = new long[MOST];
    private final long[] executables = new long[MOST];
    private int count;

    StepGraphs(Step[] steps, long stream) {
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
            executables[i] = record();
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
            Driver.destroyGraph(Driver.endCapture(stream));
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
                Driver.destroyExecutable(executables[i]);
            }
        }
        Arrays.fill(executables, 0);
        count = 0;
    }
}
