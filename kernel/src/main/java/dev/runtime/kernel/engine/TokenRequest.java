package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.SamplingOptions;
import dev.runtime.kernel.sample.TokenMask;
import java.util.BitSet;
import java.util.Optional;

/**
 * One generation, in tokens.
 *
 * @param prompt at least one token, at most the context, marks of images among them; not written to by either side afterwards
 * @param sampling how tokens are chosen
 * @param maxTokens limit of the output; less than 1, or more than ten contexts, is ten contexts
 * @param keep tokens at the start that a context shift keeps, -1 for the whole prompt; a begin token is kept besides
 * @param shift whether a full context drops its older half; otherwise the generation ends with LENGTH
 * @param topLogprobs number of most likely tokens to report with each token, 0 for none, -1 for no log probabilities at all
 * @param drafts guesses that a step may check, 0 for none, -1 to leave it to the engine; the output is the same
 * @param ignoreEnd whether tokens that end a generation are output like any other
 * @param cacheSalt only requests with the same salt share what the prefix cache holds; all without one do
 * @param cancellation looked at before every step
 * @param sink told of everything
 * @param mask what the output is held to, if anything
 * @param breakers tokens that break sequences for the DRY penalty
 * @param images what the marks stand for
 */
public record TokenRequest(
        int[] prompt,
        SamplingOptions sampling,
        int maxTokens,
        int keep,
        boolean shift,
        int topLogprobs,
        int drafts,
        boolean ignoreEnd,
        Optional<String> cacheSalt,
        Cancellation cancellation,
        TokenSink sink,
        Optional<TokenMask> mask,
        BitSet breakers,
        ImageRuns images) {
    /** Creates a request without images, whose output is free. */
    public TokenRequest(int[] prompt, SamplingOptions sampling, int maxTokens, int keep, boolean shift, int topLogprobs, int drafts,
            boolean ignoreEnd, Optional<String> cacheSalt, Cancellation cancellation, TokenSink sink) {
        this(prompt, sampling, maxTokens, keep, shift, topLogprobs, drafts, ignoreEnd, cacheSalt, cancellation, sink,
                Optional.empty(), new BitSet(), ImageRuns.NONE);
    }

    /** Returns the same with another prompt. */
    TokenRequest withPrompt(int[] other) {
        return new TokenRequest(other, sampling, maxTokens, keep, shift, topLogprobs, drafts, ignoreEnd, cacheSalt, cancellation, sink, mask,
                breakers, images);
    }
}
