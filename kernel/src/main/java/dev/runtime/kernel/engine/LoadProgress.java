package dev.runtime.kernel.engine;

import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.kernel.event.EventBus;
import java.lang.System.Logger.Level;
import java.util.function.LongSupplier;

/** How much of a model's weights is in memory; tells so whenever that is a hundredth more, and the log every few seconds. For one thread. */
final class LoadProgress {
    private static final System.Logger LOG = System.getLogger(LoadProgress.class.getName());

    private static final long LOG_NANOS = 5_000_000_000L;

    private final String model;
    private final long total;
    private final EventBus events;
    private final LongSupplier clock;
    private long done;
    private long told;
    private long logged;

    /** Nothing of {@code total} bytes is there yet; the clock tells nanoseconds. */
    LoadProgress(String model, long total, EventBus events, LongSupplier clock) {
        this.model = model;
        this.total = total;
        this.events = events;
        this.clock = clock;
        logged = clock.getAsLong();
    }

    /** So many bytes more are in memory. */
    void add(long bytes) {
        // parts that two programs read count once at most
        done = Math.min(total, done + bytes);
        if (done - told >= Math.max(1, total / 100)) {
            told = done;
            events.publish(new RuntimeEvent.ModelLoading(model, done, total));
            long now = clock.getAsLong();
            if (now - logged >= LOG_NANOS) {
                logged = now;
                LOG.log(Level.INFO, "loading {0}: {1}% of {2} MiB", model, 100 * done / Math.max(1, total), total >> 20);
            }
        }
    }
}
