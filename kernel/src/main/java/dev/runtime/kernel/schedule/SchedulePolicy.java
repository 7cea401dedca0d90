package dev.runtime.kernel.schedule;

import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import java.time.Duration;

/**
 * The limits of the scheduler.
 *
 * @param maxLoaded models loaded at the same time, at least 1
 * @param maxQueue requests that may wait: for loading, beside the one being worked on, and for their turn in each loaded model
 * @param keepAlive how long an idle model stays where no request says; negative for ever
 * @param loadTimeout longest load; negative for no limit
 */
public record SchedulePolicy(int maxLoaded, int maxQueue, Duration keepAlive, Duration loadTimeout) {
    /** Without a limit in the configuration; memory limits it further. */
    private static final int LOADED = 3;

    /** Bounds. */
    public SchedulePolicy {
        maxLoaded = Math.max(1, maxLoaded);
        maxQueue = Math.max(0, maxQueue);
    }

    /** Reads the configuration. */
    public static SchedulePolicy of(Settings settings) {
        int loaded = Math.clamp(settings.integer(CoreKeys.MAX_LOADED), 0, Integer.MAX_VALUE);
        return new SchedulePolicy(loaded > 0 ? loaded : LOADED,
                Math.clamp(settings.integer(CoreKeys.MAX_QUEUE), 0, Integer.MAX_VALUE),
                settings.duration(CoreKeys.KEEP_ALIVE),
                settings.duration(CoreKeys.LOAD_TIMEOUT));
    }
}
