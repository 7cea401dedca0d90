package dev.runtime.kernel.schedule;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.time.Duration;
import java.time.Instant;

/** Cancels a load that does not come further for too long, and says so. Safe for use by many threads. */
final class LoadLimit implements AutoCloseable {
    private final Timers timers;
    private final Duration longest;
    private final Cancellation load;
    private volatile Instant last;
    private volatile boolean reached;
    private boolean closed;
    private Timers.Timer timer = () -> {};

    /**
     * Begins to watch a load.
     *
     * @param longest without progress; zero or negative for ever
     */
    LoadLimit(Timers timers, Duration longest, Cancellation load) {
        this.timers = timers;
        this.longest = longest;
        this.load = load;
        last = timers.now();
        if (longest.isPositive()) {
            watch(longest);
        }
    }

    /** The load has come further. */
    void progress() {
        last = timers.now();
    }

    private synchronized void watch(Duration time) {
        if (!closed) {
            timer = timers.after(time, this::look);
        }
    }

    private void look() {
        Duration rest = longest.minus(Duration.between(last, timers.now()));
        if (rest.isPositive()) {
            watch(rest);
        } else {
            reached = true;
            load.cancel();
        }
    }

    /** Returns what to tell those who wait for the load that failed so. */
    RuntimeFailure explain(RuntimeFailure failure) {
        return reached && failure.code() == ErrorCode.REQUEST_CANCELLED
                ? new RuntimeFailure(ErrorCode.MODEL_LOAD_FAILED, "timed out waiting for the model to load: no progress for "
                        + longest.toSeconds() + " s; a longer time can be configured", failure)
                : failure;
    }

    @Override
    public synchronized void close() {
        closed = true;
        timer.cancel();
    }
}
