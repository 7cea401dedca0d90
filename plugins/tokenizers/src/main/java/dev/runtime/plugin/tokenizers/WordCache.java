package dev.runtime.plugin.tokenizers;

import java.util.Arrays;

/**
 * Remembers the tokens of words. A fixed number of places, each with the last word that hashed to it; entries are immutable, so threads
 * that race for a place only lose an entry.
 */
final class WordCache {
    private static final int PLACES = 1 << 14;
    /** The bytes of the longest word worth a place. */
    static final int LONGEST = 32;

    private record Entry(byte[] word, int[] tokens) {}

    private final Entry[] entries = new Entry[PLACES];

    /** Adds the tokens of a word to {@code out} if they are known. */
    boolean get(byte[] word, int length, int hash, IntList out) {
        Entry entry = entries[hash & PLACES - 1];
        if (entry == null || !Arrays.equals(entry.word(), 0, entry.word().length, word, 0, length)) {
            return false;
        }
        out.addAll(entry.tokens());
        return true;
    }

    /** Remembers a word of at most {@link #LONGEST} bytes. */
    void put(byte[] word, int length, int hash, int[] tokens) {
        entries[hash & PLACES - 1] = new Entry(Arrays.copyOf(word, length), tokens);
    }
}
