package dev.runtime.kernel.testing;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.kernel.engine.TokenSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps what an engine tells; to be read after {@link #await}. */
public final class CollectingSink implements TokenSink {
    /** The tokens. */
    public final List<Integer> tokens = new ArrayList<>();
    /** Their log probabilities. */
    public final List<Float> logprobs = new ArrayList<>();
    /** Copies of the most likely tokens. */
    public final List<int[]> topIds = new ArrayList<>();
    /** The log probabilities of those. */
    public final List<float[]> topLogprobs = new ArrayList<>();
    /** What the prefix cache gave, -1 before the start. */
    public volatile int cachedTokens = -1;
    /** Tokens counted by the engine. */
    public volatile int outputTokens;
    /** The end, if it was one. */
    public volatile Optional<FinishReason> reason = Optional.empty();
    /** The failure, if it was one. */
    public volatile Optional<RuntimeFailure> failure = Optional.empty();
    /** Calls of ended and failed together. */
    public volatile int ends;
    /** Run after each token. */
    public volatile Runnable onToken = () -> { };

    private final CountDownLatch done = new CountDownLatch(1);

    /** Waits for the end. */
    public CollectingSink await() {
        try {
            if (!done.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("no end after a minute; " + tokens.size() + " tokens so far");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    @Override
    public void started(int cached) {
        cachedTokens = cached;
    }

    @Override
    public void token(int id, float logprob, int[] ids, float[] values) {
        tokens.add(id);
        logprobs.add(logprob);
        topIds.add(ids.clone());
        topLogprobs.add(values.clone());
        onToken.run();
    }

    @Override
    public void ended(FinishReason why, long promptNanos, long outputNanos, int count) {
        reason = Optional.of(why);
        outputTokens = count;
        end();
    }

    @Override
    public void failed(RuntimeFailure why) {
        failure = Optional.of(why);
        end();
    }

    private void end() {
        ends = ends + 1;
        done.countDown();
    }
}
