package dev.runtime.kernel.schedule;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.time.Duration;

/** Cancels a load that takes too long, and says so. */
final class LoadLimit implements AutoCloseable {
    private final Duration longest;
    private final Timers.Timer timer;
    private volatile boolean reached;

    LoadLimit(Timers timers, Duration longest, Cancellation load) {
        this.longest = longest;
        this.timer = longest.isNegative() ? () -> {} : timers.after(longest, () -> {
            reached = true;
            load.cancel();
        });
    }

    /** Returns what to tell those who wait for the load that failed so. */
    RuntimeFailure explain(RuntimeFailure failure) {
        return reached && failure.code() == ErrorCode.REQUEST_CANCELLED
                ? new RuntimeFailure(ErrorCode.MODEL_LOAD_FAILED, "timed out waiting for the model to load after "
                        + longest.toSeconds() + " s; a longer time can be configured", failure)
                : failure;
    }

    @Override
    public void close() {
        timer.cancel();
    }
}
