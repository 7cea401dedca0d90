package dev.runtime.kernel.plugin;

import java.time.Duration;

/**
 * How long a plug-in may take.
 *
 * @param start each of its extensions to start
 * @param drain its running requests to end, once nobody can send it new ones
 * @param stop each of its extensions to stop
 */
public record Patience(Duration start, Duration drain, Duration stop) {
    /** Long enough for what is only slow, short enough that one plug-in cannot hold up the others for ever. */
    public static final Patience DEFAULT = new Patience(Duration.ofSeconds(30), Duration.ofSeconds(10), Duration.ofSeconds(10));
}
