package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.kernel.sample.Logprobs;
import java.util.concurrent.CompletableFuture;

/**
 * A window whose tokens are scored: the result of position p is the log probability of token p + 1. So the last token is not evaluated,
 * and not one of {@link #length}.
 */
final class ScoredSequence extends Sequence {
    private static final int[] NOTHING = {};

    private final int from;
    private final double[] scores;
    private final CompletableFuture<double[]> result;
    private final Logprobs logprobs = new Logprobs(0);

    private ScoredSequence(int[] window, int from, BlockTable table, Cancellation cancellation, CompletableFuture<double[]> result) {
        super(window, ImageRuns.NONE, NOTHING, window.length - 1, table, cancellation);
        this.from = from;
        this.result = result;
        scores = new double[window.length - from];
    }

    /**
     * Checks a window and prepares its memory.
     *
     * @param window not written to by either side afterwards
     * @param from the first token to score
     * @param result gets the scores of the tokens from there on, or the {@link RuntimeFailure}
     * @throws RuntimeFailure with {@code request.invalid} or {@code request.context_exceeded}
     */
    static ScoredSequence of(int[] window, int from, KvMemory memory, int contextLength, int vocabulary, Cancellation cancellation,
            CompletableFuture<double[]> result) {
        PromptCheck.check(window, ImageRuns.NONE, contextLength, vocabulary);
        if (from < 1 || from >= window.length) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "of a window of " + window.length + " tokens, those from number " + from
                    + " on cannot be scored; choose 1 to " + (window.length - 1) + ", since number 0 has none before it");
        }
        return new ScoredSequence(window, from, new BlockTable(memory, window.length - 1, PrefixCache.ROOT), cancellation, result);
    }

    @Override
    void start() {
        computed = table.attach(tokens, firstResult());
    }

    @Override
    int firstResult() {
        return from - 1;
    }

    /**
     * Takes the logits of a position, {@code [vocabulary]}.
     *
     * @throws RuntimeFailure with {@code device.failed} if they give no probability
     */
    void score(int position, float[] logits) {
        logprobs.read(logits);
        double score = logprobs.exactly(logits[tokens[position + 1]]);
        if (Double.isNaN(score)) {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the step gave no probability for token " + tokens[position + 1]
                    + " at position " + (position + 1) + "; the weights may be damaged or the device at fault");
        }
        scores[position - firstResult()] = score;
    }

    void end() {
        result.complete(scores);
    }

    @Override
    void fail(RuntimeFailure failure) {
        result.completeExceptionally(failure);
    }
}
