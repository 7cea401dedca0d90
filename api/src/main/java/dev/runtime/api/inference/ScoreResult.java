package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;

/**
 * How likely the tokens of a window are.
 *
 * @param logprobs element i is the natural logarithm of the probability of token {@code from + i} given all tokens before it, over the
 *     whole vocabulary of the raw scores
 * @param usage counts and times
 * @param notes which options were ignored
 */
@Stable
public record ScoreResult(double[] logprobs, Usage usage, List<String> notes) {
    /** Copies the notes. */
    public ScoreResult {
        notes = List.copyOf(notes);
    }
}
