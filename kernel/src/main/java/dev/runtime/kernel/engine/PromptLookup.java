package dev.runtime.kernel.engine;

import java.util.Arrays;

/**
 * Guesses the next token of a text from the text itself: what followed when its last tokens stood there before. Known as prompt lookup
 * decoding (Saxena 2023, github.com/apoorvumang/prompt-lookup-decoding).
 *
 * <p>An index over all runs of {@link #RUN} tokens, kept up as the text grows; of equal runs the latest counts, and of different runs with
 * one place in the table too. For one thread; allocates nothing after construction.
 */
final class PromptLookup {
    /** What {@link #find} returns if the last tokens did not stand there before. */
    static final int NONE = -1;

    private static final int RUN = 3;

    private final int[] tokens;
    private final int[] latest;
    private int indexed;

    /** Creates the index of a text that grows in {@code tokens}. */
    PromptLookup(int[] tokens) {
        this.tokens = tokens;
        latest = new int[Integer.highestOneBit(Math.max(16, tokens.length)) * 2];
    }

    /** Returns where the guess of the token after the first {@code length} ones stands, always before {@code length}; or {@link #NONE}. */
    int find(int length) {
        for (int end = Math.max(RUN, indexed + 1); end < length; end++) {
            latest[place(end)] = end;
            indexed = end;
        }
        if (length <= RUN) {
            return NONE;
        }
        int end = latest[place(length)];
        return end > 0 && Arrays.equals(tokens, end - RUN, end, tokens, length - RUN, length) ? end : NONE;
    }

    /** Forgets everything, since the text changed. */
    void clear() {
        Arrays.fill(latest, 0);
        indexed = 0;
    }

    /** Returns the table's place for the run before {@code end}. */
    private int place(int end) {
        int hash = 0;
        for (int i = end - RUN; i < end; i++) {
            hash = (hash ^ tokens[i]) * 0x9E3779B1;
            hash ^= hash >>> 15;
        }
        return hash & latest.length - 1;
    }
}
