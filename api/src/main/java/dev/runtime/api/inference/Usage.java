package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.time.Duration;

/**
 * Counts and times of a request.
 *
 * @param promptTokens tokens of the whole prompt, cached ones included
 * @param cachedTokens prompt tokens taken from the prefix cache
 * @param outputTokens generated tokens, the final one included
 * @param total from acceptance to end
 * @param load until the model was available
 * @param queued waiting for a place in the batch
 * @param promptTime evaluating what was not cached
 * @param outputTime generating
 */
@Stable
public record Usage(
        int promptTokens,
        int cachedTokens,
        int outputTokens,
        Duration total,
        Duration load,
        Duration queued,
        Duration promptTime,
        Duration outputTime) {
    /** Nothing counted. */
    public static final Usage NONE =
            new Usage(0, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);
}
