package dev.runtime.kernel.schedule;

import java.time.Duration;
import java.time.Instant;

/** The clock and the alarm of the scheduler. */
public interface Timers extends AutoCloseable {
    /** An alarm that was set. */
    interface Timer {
        /** Takes it back; does nothing if it rang. */
        void cancel();
    }

    /** Returns the time. */
    Instant now();

    /** Runs an action after a delay, one action at a time and never on the calling thread. */
    Timer after(Duration delay, Runnable action);

    /** Takes back all alarms. */
    @Override
    void close();
}
