package dev.runtime.api.event;

import dev.runtime.api.Stable;
import java.util.function.Consumer;

/** The stream of events of the running kernel. Safe for use by many threads. */
@Stable
public interface Events {
    /** Registers a consumer until the result is closed; it is quick and does not throw. */
    Subscription subscribe(Consumer<RuntimeEvent> consumer);

    /** A registration; closing it ends it. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }
}
