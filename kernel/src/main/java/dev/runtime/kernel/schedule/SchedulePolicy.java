package dev.runtime.kernel.schedule;

import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import java.time.Duration;

/**
 * The limits of the scheduler.
 *
 * @param maxLoaded models loaded at the same time; 0 for as many as there are devices for
 * @param maxQueue requests that may wait: for loading, beside the one being worked on, and for their turn in each loaded model
 * @param keepAlive how long an idle model stays where no request says; negative for ever
 * @param loadTimeout longest time that a load makes no progress; zero or negative for no limit
 */
public record SchedulePolicy(int maxLoaded, int maxQueue, Duration keepAlive, Duration loadTimeout) {
    /** For each GPU, and for a machine without; memory limits it further. */
    private static final int LOADED = 3;

    /** Bounds. */
    public SchedulePolicy {
        maxLoaded = Math.max(0, maxLoaded);
        maxQueue = Math.max(0, maxQueue);
    }

    /** Reads the configuration. */
    public static SchedulePolicy of(Settings settings) {
        return new SchedulePolicy(Math.clamp(settings.integer(CoreKeys.MAX_LOADED), 0, Integer.MAX_VALUE),
                Math.clamp(settings.integer(CoreKeys.MAX_QUEUE), 0, Integer.MAX_VALUE),
                settings.duration(CoreKeys.KEEP_ALIVE),
                settings.duration(CoreKeys.LOAD_TIMEOUT));
    }

    /** Returns how many models may be loaded at the same time on a machine with so many GPUs. */
    public int mostLoaded(int gpus) {
        return maxLoaded > 0 ? maxLoaded : LOADED * Math.max(1, gpus);
    }
}
