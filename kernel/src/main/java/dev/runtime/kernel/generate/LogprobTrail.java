package dev.runtime.kernel.generate;

import dev.runtime.api.inference.Logprob;
import dev.runtime.api.text.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * Log probabilities that wait until the text of their tokens is released. Positions are characters of the reply before any
 * parsing. For one thread.
 */
final class LogprobTrail {
    private record Entry(long start, long end, Logprob logprob) {}

    private final Tokenizer tokenizer;
    private final boolean wanted;
    private final ArrayDeque<Entry> waiting = new ArrayDeque<>();
    private List<Logprob> ready = new ArrayList<>();

    LogprobTrail(Tokenizer tokenizer, boolean wanted) {
        this.tokenizer = tokenizer;
        this.wanted = wanted;
    }

    /** Takes a token whose text covers the characters from {@code start} to {@code end}. */
    void add(TokenMailbox.Token token, long start, long end) {
        if (!wanted) {
            return;
        }
        List<Logprob> top = new ArrayList<>(token.topIds().length);
        for (int i = 0; i < token.topIds().length; i++) {
            top.add(entry(token.topIds()[i], token.topLogprobs()[i], List.of()));
        }
        waiting.add(new Entry(start, end, entry(token.id(), token.logprob(), top)));
    }

    /** Makes the entries ready whose text ends within the first {@code length} characters. */
    void release(long length) {
        while (!waiting.isEmpty() && waiting.peek().end() <= length) {
            ready.add(waiting.poll().logprob());
        }
    }

    /** The reply ends after {@code length} characters: entries of tokens that begin later are lost. */
    void cut(long length) {
        while (!waiting.isEmpty() && waiting.peek().start() < length) {
            ready.add(waiting.poll().logprob());
        }
        waiting.clear();
    }

    boolean hasReady() {
        return !ready.isEmpty();
    }

    /** Hands over what is ready. */
    List<Logprob> take() {
        if (ready.isEmpty()) {
            return List.of();
        }
        List<Logprob> taken = ready;
        ready = new ArrayList<>();
        return taken;
    }

    private Logprob entry(int id, float logprob, List<Logprob> top) {
        byte[] bytes = tokenizer.bytes(id).clone();
        return new Logprob(new String(bytes, StandardCharsets.UTF_8), bytes, logprob, top);
    }
}
