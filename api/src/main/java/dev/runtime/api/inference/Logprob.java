package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;

/**
 * The log probability of a generated token: natural logarithm of the softmax over the whole vocabulary of the raw scores.
 *
 * @param token its text
 * @param bytes its bytes
 * @param logprob its log probability
 * @param top the most likely tokens at this place, best first; their own lists are empty
 */
@Stable
public record Logprob(String token, byte[] bytes, double logprob, List<Logprob> top) {
    /** Copies the list. */
    public Logprob {
        top = List.copyOf(top);
    }
}
