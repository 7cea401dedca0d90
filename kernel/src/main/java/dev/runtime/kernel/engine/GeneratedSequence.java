package dev.runtime.kernel.engine;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.kernel.sample.Logprobs;
import dev.runtime.kernel.sample.Sampler;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One generation under way, with its sampler: it prefills while more than one of its tokens is not evaluated, then decodes. Its tokens
 * are those after the last context shift.
 */
final class GeneratedSequence extends Sequence {
    private static final int[] NO_IDS = {};
    private static final float[] NO_VALUES = {};
    /** Of the hit rate of guesses, what the newest counts. */
    private static final double LEARNING = 0.15;
    /** Low, so that guesses have to prove themselves before they cost anything. */
    private static final double FIRST_HIT_RATE = 0.3;

    final TokenRequest request;
    final Sampler sampler;
    final Optional<Logprobs> logprobs;
    final int limit;
    int outputTokens;
    private final int keep;
    private final int contextLength;
    private final Optional<PromptLookup> lookup;
    /** How a draft model follows it, if one does. */
    final Optional<DraftTrail> trail;
    private int drafted;
    private boolean asked;
    private int unchecked;
    private int guess = PromptLookup.NONE;
    private double hitRate = FIRST_HIT_RATE;
    private long startedAt;
    private long firstTokenAt;

    private GeneratedSequence(TokenRequest request, int[] encoded, int[] tokens, int limit, KvMemory memory, Optional<DraftModel> drafts,
            int contextLength, int vocabulary, boolean beginsText) {
        super(tokens, request.images(), encoded, request.prompt().length,
                new BlockTable(memory, Math.max(encoded.length, Math.min(contextLength, tokens.length)), PrefixCache.root(request.cacheSalt())), request.cancellation());
        this.request = request;
        this.limit = limit;
        this.contextLength = contextLength;
        int[] prompt = request.prompt();
        long kept = request.keep() < 0 ? prompt.length : (long) request.keep() + (beginsText ? 1 : 0);
        keep = (int) Math.min(kept, contextLength - 1);
        long seed = request.sampling().seed() < 0 ? ThreadLocalRandom.current().nextLong() : request.sampling().seed();
        sampler = new Sampler(request.sampling(), seed, contextLength, request.mask(), request.breakers());
        for (int token : prompt) {
            // a row of an image is no token that could be repeated
            if (token >= 0) {
                sampler.accept(token);
            }
        }
        boolean guessed = request.drafts() != 0 && limit > 1 && images.empty();
        lookup = guessed ? Optional.of(new PromptLookup(tokens)) : Optional.empty();
        trail = drafts.filter(_ -> guessed && encoded.length == 0).map(d -> d.trail(tokens, PrefixCache.root(request.cacheSalt())));
        logprobs = request.topLogprobs() < 0 ? Optional.empty()
                : Optional.of(new Logprobs(Math.min(request.topLogprobs(), vocabulary)));
    }

    /**
     * Checks a request and prepares its memory.
     *
     * @param encoded the prompt that an encoder reads, empty in models without one; that of the request is where the output begins then
     * @param drafts a model that guesses ahead, if there is one
     * @param beginsText whether the prompt starts with the token that begins a text
     * @throws RuntimeFailure with {@code request.invalid} or {@code request.context_exceeded}
     */
    static GeneratedSequence of(TokenRequest request, int[] encoded, KvMemory memory, Optional<DraftModel> drafts, int contextLength,
            int vocabulary, boolean beginsText) {
        int[] prompt = request.prompt();
        PromptCheck.check(prompt, request.images(), contextLength, vocabulary);
        long most = 10L * contextLength;
        int limit = (int) (request.maxTokens() < 1 ? Math.min(most, Integer.MAX_VALUE) : Math.min(most, request.maxTokens()));
        int[] tokens = Arrays.copyOf(prompt, (int) Math.min(contextLength + 1L, (long) prompt.length + limit));
        return new GeneratedSequence(request, encoded, tokens, limit, memory, drafts, contextLength, vocabulary, beginsText);
    }

    @Override
    void start() {
        startedAt = System.nanoTime();
        computed = table.attach(tokens, length - 1);
        request.sink().started(computed);
    }

    @Override
    int known() {
        return length - drafted;
    }

    @Override
    int firstResult() {
        return known() - 1;
    }

    /** Returns the part of guesses that came true, more of it the newer they are. */
    double hitRate() {
        return hitRate;
    }

    /** Returns the guesses from its own text that it can have now. */
    int mostDrafts() {
        return guess == PromptLookup.NONE ? 0 : room();
    }

    /** Returns the guesses of a draft model that it can have now. */
    int mostGuesses() {
        return trail.isEmpty() ? 0 : Math.min(room(), trail.get().room(length));
    }

    /** Returns the guesses that have room. State that cannot go back allows none. */
    private int room() {
        if (slot >= 0) {
            return 0;
        }
        int room = Math.min(Math.min(tokens.length, contextLength) - length, limit - outputTokens - 1);
        return Math.min(room, request.drafts() < 0 ? Speculation.MOST : Math.min(request.drafts(), Speculation.MOST));
    }

    /** Appends so many guesses. They may be copies of themselves, where the text repeats itself. */
    void draft(int count) {
        for (int i = 0; i < count; i++) {
            tokens[length++] = tokens[guess + i];
        }
        drafted = count;
    }

    /** Appends a guess of the draft model. */
    void guess(int token) {
        tokens[length++] = token;
        drafted++;
        asked = true;
    }

    /** Takes the guesses back; they still stand behind {@link #length}. Returns their number. */
    int undraft() {
        int count = drafted;
        length -= count;
        drafted = 0;
        unchecked = asked ? count : 0;
        asked = false;
        return count;
    }

    /** Takes note that the last token was guessed and so is in the cache already. */
    void confirm() {
        computed = length;
        if (trail.isPresent()) {
            trail.get().confirm(length);
        }
    }

    /** Takes a chosen token and tells of it. */
    void output(int token, float logprob) {
        if (outputTokens++ == 0) {
            firstTokenAt = System.nanoTime();
        }
        sampler.accept(token);
        if (guess != PromptLookup.NONE) {
            hitRate += LEARNING * ((tokens[guess] == token ? 1 : 0) - hitRate);
        }
        if (unchecked > 0) {
            boolean hit = tokens[length] == token;
            trail.orElseThrow().checked(hit);
            unchecked = hit ? unchecked - 1 : 0;
        }
        tokens[length++] = token;
        if (lookup.isPresent()) {
            guess = lookup.get().find(length);
        }
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
     * Makes room in a full context: keeps the first tokens, drops half of the others, the oldest, and moves the rest down. Where its rows in
     * the cache cannot move with it, the rest is evaluated again; with recurrent state, which cannot go back, everything is.
     */
    void shift(int contextLength) {
        int discard = Math.max((contextLength - keep) / 2, 1);
        System.arraycopy(tokens, keep + discard, tokens, keep, length - keep - discard);
        length -= discard;
        computed = slot < 0 ? table.drop(keep, discard, computed) : table.truncate(0);
        guess = PromptLookup.NONE;
        if (lookup.isPresent()) {
            lookup.get().clear();
        }
        if (trail.isPresent()) {
            trail.get().drop(keep, discard);
        }
    }

    @Override
    void release() {
        super.release();
        trail.ifPresent(DraftTrail::release);
    }

    void end(FinishReason reason) {
        long now = System.nanoTime();
        request.sink().ended(reason, firstTokenAt - startedAt, now - firstTokenAt, outputTokens);
    }

    @Override
    void fail(RuntimeFailure failure) {
        request.sink().failed(failure);
    }
}
