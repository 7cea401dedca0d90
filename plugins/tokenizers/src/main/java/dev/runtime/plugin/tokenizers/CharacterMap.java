package dev.runtime.plugin.tokenizers;

import dev.runtime.api.model.Metadata;

/**
 * The normalisation that a SentencePiece model was trained with, from {@code tokenizer.ggml.precompiled_charsmap}: a double-array trie of
 * byte strings, then their replacements, each ended by NUL. The words of the trie come from the file, so every index is checked; a walk that
 * leaves the trie finds nothing.
 */
final class CharacterMap {
    private final int[] words;
    private final byte[] replacements;

    private CharacterMap(int[] words, byte[] replacements) {
        this.words = words;
        this.replacements = replacements;
    }

    static CharacterMap of(Metadata metadata) {
        long[] blob = metadata.integers(Vocabulary.PREFIX + "precompiled_charsmap").orElse(new long[0]);
        if (blob.length == 0) {
            return new CharacterMap(new int[0], new byte[0]);
        }
        long bytes = blob.length < 4 ? -1 : Integer.toUnsignedLong(word(blob, 0));
        if (bytes < 0 || bytes % 4 != 0 || bytes > blob.length - 4) {
            throw Vocabulary.invalid("precompiled_charsmap says that its trie takes " + bytes + " of " + blob.length + " bytes");
        }
        int[] words = new int[(int) bytes / 4];
        for (int i = 0; i < words.length; i++) {
            words[i] = word(blob, 4 + 4 * i);
        }
        byte[] replacements = new byte[blob.length - 4 - (int) bytes];
        for (int i = 0; i < replacements.length; i++) {
            replacements[i] = (byte) blob[4 + (int) bytes + i];
        }
        return new CharacterMap(words, replacements);
    }

    private static int word(long[] blob, int at) {
        return (int) (blob[at] & 0xFF | (blob[at + 1] & 0xFF) << 8 | (blob[at + 2] & 0xFF) << 16 | (blob[at + 3] & 0xFF) << 24);
    }

    /**
     * Returns the longest entry that {@code text[from, to)} begins with.
     *
     * @return its length {@code << 32 |} the start of its replacement; 0 if there is none
     */
    long longest(byte[] text, int from, int to) {
        long found = 0;
        int node = words.length == 0 ? 0 : base(words[0]);
        for (int i = from; i < to && text[i] != 0; i++) {
            int c = text[i] & 0xFF;
            node ^= c;
            if (!inside(node) || (words[node] & 0x800000FF) != c) {
                break;
            }
            boolean leaf = (words[node] >>> 8 & 1) == 1;
            node ^= base(words[node]);
            if (!inside(node)) {
                break;
            }
            int replacement = words[node] & Integer.MAX_VALUE;
            if (leaf && replacement < replacements.length) {
                found = (long) (i + 1 - from) << 32 | replacement;
            }
        }
        return found;
    }

    /** Returns the end of a replacement. */
    int end(int replacement) {
        int end = replacement;
        while (end < replacements.length && replacements[end] != 0) {
            end++;
        }
        return end;
    }

    byte at(int index) {
        return replacements[index];
    }

    private boolean inside(int node) {
        return node >= 0 && node < words.length;
    }

    private static int base(int word) {
        return word >>> 10 << ((word & 0x200) >>> 6);
    }
}
