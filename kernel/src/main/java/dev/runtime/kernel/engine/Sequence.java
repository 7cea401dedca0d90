package dev.runtime.kernel.engine;

import dev.runtime.api.inference.FinishReason;
import dev.runtime.kernel.sample.Logprobs;
import dev.runtime.kernel.sample.Sampler;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One generation under way: its tokens, how many of them are in the KV cache, and its sampler.
 *
 * <p>It waits until it gets a place in the batch, then prefills while more than one of its tokens is not evaluated, then decodes. Made on
 * the thread of the caller, with all memory it needs; after that used by the loop's thread only.
 */
final class Sequence {
    private static final int[] NO_IDS = {};
    private static final float[] NO_VALUES = {};

    final TokenRequest request;
    final Sampler sampler;
    final Optional<Logprobs> logprobs;
    final BlockTable table;
    /** The tokens in question after the last context shift, {@code [length]}; those before {@code computed} are in the cache. */
    final int[] tokens;
    final int limit;
    int length;
    int computed;
    int outputTokens;
    /** The slot of its recurrent state, -1 for none. */
    int slot = -1;
    /** Tokens of the step being built. */
    int chunk;
    private final int keep;
    private long startedAt;
    private long firstTokenAt;

    Sequence(TokenRequest request, KvMemory memory, int contextLength, int vocabulary, boolean beginsText) {
        this.request = request;
        int[] prompt = request.prompt();
        PromptCheck.check(prompt, contextLength, vocabulary);
        long most = 10L * contextLength;
        limit = (int) (request.maxTokens() < 1 ? Math.min(most, Integer.MAX_VALUE) : Math.min(most, request.maxTokens()));
        tokens = Arrays.copyOf(prompt, (int) Math.min(contextLength + 1L, (long) prompt.length + limit));
        length = prompt.length;
        table = new BlockTable(memory, Math.min(contextLength, tokens.length));
        long kept = request.keep() < 0 ? prompt.length : (long) request.keep() + (beginsText ? 1 : 0);
        keep = (int) Math.min(kept, contextLength - 1);
        long seed = request.sampling().seed() < 0 ? ThreadLocalRandom.current().nextLong() : request.sampling().seed();
        sampler = new Sampler(request.sampling(), seed, contextLength, Optional.empty());
        for (int token : prompt) {
            sampler.accept(token);
        }
        logprobs = request.topLogprobs() < 0 ? Optional.empty()
                : Optional.of(new Logprobs(Math.min(request.topLogprobs(), vocabulary)));
    }

    /** Begins: takes what the prefix cache has, at most up to the last token of the prompt, which is evaluated in any case. */
    void start() {
        startedAt = System.nanoTime();
        computed = table.attach(tokens, length - 1);
        request.sink().started(computed);
    }

    /** Returns the tokens that are not in the cache. */
    int pending() {
        return length - computed;
    }

    boolean cancelled() {
        return request.cancellation().cancelled();
    }

    /** Moves on by the chunk that a step has evaluated. */
    void advance() {
        computed += chunk;
        table.seal(tokens, computed);
    }

    /** Takes a chosen token and tells of it. */
    void output(int token, float logprob) {
        if (outputTokens++ == 0) {
            firstTokenAt = System.nanoTime();
        }
        sampler.accept(token);
        tokens[length++] = token;
        request.sink().token(token, logprob, logprobs.isEmpty() ? NO_IDS : logprobs.get().ids(),
                logprobs.isEmpty() ? NO_VALUES : logprobs.get().values());
    }

    /** Counts a token that ends the generation. */
    void outputEnd() {
        if (outputTokens++ == 0) {
            firstTokenAt = System.nanoTime();
        }
    }

    /**
     * Makes room in a full context: keeps the first tokens, drops half of the others, the oldest, and moves the rest down. The rest has new
     * positions, so it is evaluated again; with recurrent state, which cannot go back, everything is.
     */
    void shift(int contextLength) {
        int discard = Math.max((contextLength - keep) / 2, 1);
        System.arraycopy(tokens, keep + discard, tokens, keep, length - keep - discard);
        length -= discard;
        computed = table.truncate(slot < 0 ? keep : 0);
    }

    /** Gives all blocks back. */
    void release() {
        table.truncate(0);
        computed = 0;
    }

    void end(FinishReason reason) {
        long now = System.nanoTime();
        request.sink().ended(reason, firstTokenAt - startedAt, now - firstTokenAt, outputTokens);
    }
}
