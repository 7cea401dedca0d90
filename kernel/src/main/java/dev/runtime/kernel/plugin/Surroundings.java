package dev.runtime.kernel.plugin;

import dev.runtime.api.Extension;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.config.ConfigKey;
import dev.runtime.api.event.RuntimeEvent;
import java.time.Duration;
import java.util.List;

/** What the container needs of the kernel around it. */
public interface Surroundings {
    /** Returns the kernel that extensions are given. */
    LocalRuntime runtime();

    /**
     * Makes the configuration cover the keys of all plug-ins.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code config.invalid} if a value does not fit its key
     */
    void keys(List<ConfigKey> all);

    /** Waits until no request runs in these extensions, which are no longer in the registry; ends what takes longer than the limit. */
    void drain(List<Extension> extensions, Duration limit);

    /** Passes an event on. */
    void publish(RuntimeEvent event);
}
