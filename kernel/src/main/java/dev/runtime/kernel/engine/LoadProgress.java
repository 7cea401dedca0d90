package dev.runtime.kernel.engine;

import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.kernel.event.EventBus;

/** How much of a model's weights is in memory; tells so whenever that is a hundredth more. For one thread. */
final class LoadProgress {
    private final String model;
    private final long total;
    private final EventBus events;
    private long done;
    private long told;

    LoadProgress(String model, long total, EventBus events) {
        this.model = model;
        this.total = total;
        this.events = events;
    }

    /** So many bytes more are in memory. */
    void add(long bytes) {
        // parts that two programs read count once at most
        done = Math.min(total, done + bytes);
        if (done - told >= Math.max(1, total / 100)) {
            told = done;
            events.publish(new RuntimeEvent.ModelLoading(model, done, total));
        }
    }
}
