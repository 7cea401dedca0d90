package dev.runtime.kernel.engine;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;

/**
 * Told of one generation, on the model's loop thread: every call is quick and does not throw, since all sequences of the model
 * wait for it. {@link #started} comes first unless the request fails before, exactly one of {@link #ended} and {@link #failed}
 * comes last.
 */
public interface TokenSink {
    /** The prompt is being evaluated; so many of its tokens were found in the prefix cache. */
    void started(int cachedTokens);

    /**
     * A token was chosen. A token that ends the generation is not delivered.
     *
     * @param logprob natural logarithm of its probability over the whole vocabulary before all filters; NaN if not asked for
     * @param topIds the most likely tokens, best first; like the next array reused: valid during the call
     * @param topLogprobs their log probabilities
     */
    void token(int id, float logprob, int[] topIds, float[] topLogprobs);

    /**
     * The generation is complete.
     *
     * @param promptNanos from the start of the evaluation to the first token
     * @param outputNanos from then to the end
     * @param outputTokens tokens chosen, with the one that ended the generation
     */
    void ended(FinishReason reason, long promptNanos, long outputNanos, int outputTokens);

    /** The generation failed; {@code request.cancelled} if it was cancelled. */
    void failed(RuntimeFailure failure);
}
