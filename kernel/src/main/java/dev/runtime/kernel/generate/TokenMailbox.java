package dev.runtime.kernel.generate;

import dev.runtime.api.Cancellation;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.kernel.engine.TokenSink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Tokens on their way from the engine's loop to the thread that asked for them. The loop never waits: tokens are kept until read,
 * and after that as the reply's context; their number is bounded by the request's limit.
 */
final class TokenMailbox implements TokenSink {
    private static final int[] NO_IDS = {};
    private static final float[] NO_VALUES = {};

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final long submitted = System.nanoTime();

    private int[] ids = new int[64];
    private float[] logprobs = new float[64];
    /** Alternatives by token; empty unless asked for. */
    private final List<int[]> topIds = new ArrayList<>();
    private final List<float[]> topLogprobs = new ArrayList<>();
    private int count;

    private boolean started;
    private boolean over;
    private int cachedTokens;
    private long startedAt = submitted;
    private long firstAt;
    private long lastAt;
    private Optional<RuntimeFailure> failure = Optional.empty();
    private Optional<End> end = Optional.empty();

    /**
     * A token.
     *
     * @param id which one
     * @param logprob its log probability, NaN if not asked for
     * @param topIds the most likely ones, best first; none unless asked for
     * @param topLogprobs their log probabilities
     */
    record Token(int id, float logprob, int[] topIds, float[] topLogprobs) {}

    /**
     * How the engine ended.
     *
     * @param reason why
     * @param promptNanos time of evaluating the prompt
     * @param outputNanos time of generating
     * @param outputTokens tokens generated, the final one included
     */
    record End(FinishReason reason, long promptNanos, long outputNanos, int outputTokens) {}

    @Override
    public void started(int cached) {
        lock.lock();
        try {
            started = true;
            cachedTokens = cached;
            startedAt = System.nanoTime();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void token(int id, float logprob, int[] alternatives, float[] alternativeLogprobs) {
        lock.lock();
        try {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, 2 * count);
                logprobs = Arrays.copyOf(logprobs, 2 * count);
            }
            ids[count] = id;
            logprobs[count++] = logprob;
            if (alternatives.length > 0) {
                // the engine uses its arrays again
                topIds.add(alternatives.clone());
                topLogprobs.add(alternativeLogprobs.clone());
            }
            lastAt = System.nanoTime();
            firstAt = count == 1 ? lastAt : firstAt;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void ended(FinishReason reason, long promptNanos, long outputNanos, int outputTokens) {
        finish(Optional.of(new End(reason, promptNanos, outputNanos, outputTokens)), Optional.empty());
    }

    @Override
    public void failed(RuntimeFailure cause) {
        finish(Optional.empty(), Optional.of(cause));
    }

    private void finish(Optional<End> how, Optional<RuntimeFailure> why) {
        lock.lock();
        try {
            over = true;
            end = how;
            failure = why;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the engine began, or ended. An interrupt cancels and the wait goes on, since the engine answers to that. */
    void awaitStart(Cancellation engine) {
        await(-1, engine);
    }

    /** Waits for more tokens than {@code read}, or the end; returns their number. */
    int awaitMore(int read, Cancellation engine) {
        return await(read, engine);
    }

    /** Waits until the engine has let go of the request. */
    void awaitEnd(Cancellation engine) {
        await(Integer.MAX_VALUE, engine);
    }

    private int await(int read, Cancellation engine) {
        boolean interrupted = false;
        lock.lock();
        try {
            while (!over && (read < 0 ? !started : count <= read)) {
                try {
                    changed.await();
                } catch (InterruptedException e) {
                    interrupted = true;
                    lock.unlock();
                    try {
                        engine.cancel();
                    } finally {
                        lock.lock();
                    }
                }
            }
            return count;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Tells whether the engine began. */
    boolean begun() {
        return locked(() -> started);
    }

    int cachedTokens() {
        return locked(() -> cachedTokens);
    }

    /** Returns a token that {@link #awaitMore} counted. */
    Token token(int index) {
        lock.lock();
        try {
            boolean alternatives = index < topIds.size();
            return new Token(ids[index], logprobs[index], alternatives ? topIds.get(index) : NO_IDS,
                    alternatives ? topLogprobs.get(index) : NO_VALUES);
        } finally {
            lock.unlock();
        }
    }

    /** Returns the first tokens. */
    int[] tokens(int n) {
        return locked(() -> Arrays.copyOf(ids, n));
    }

    Optional<RuntimeFailure> failure() {
        return locked(() -> failure);
    }

    /** Returns how long the request waited for a place in the batch, in nanoseconds. */
    long queuedNanos() {
        return locked(() -> startedAt - submitted);
    }

    /** Returns how the engine ended; for a cancelled one what can be said from outside. */
    End end(FinishReason reason, int tokens) {
        return locked(() -> end.orElseGet(() -> new End(reason, firstAt - startedAt, lastAt - firstAt, tokens)));
    }

    private <T> T locked(Supplier<T> read) {
        lock.lock();
        try {
            return read.get();
        } finally {
            lock.unlock();
        }
    }
}
