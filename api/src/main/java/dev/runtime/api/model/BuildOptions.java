package dev.runtime.api.model;

import dev.runtime.api.Stable;

/**
 * What a graph depends on beside the model.
 *
 * @param contextLength the tokens of one sequence that will be used at most; selects long or short rope factors
 * @param output what the graph ends in
 */
@Stable
public record BuildOptions(int contextLength, Output output) {
    /** The end of a graph. */
    public enum Output {
        /** Logits of the rows asked for. */
        LOGITS,
        /** One pooled vector a sequence, or one a token where the model does not pool. */
        EMBEDDING
    }
}
