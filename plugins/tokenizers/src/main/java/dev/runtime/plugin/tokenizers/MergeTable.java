package dev.runtime.plugin.tokenizers;

import java.util.Arrays;

/**
 * The merges of a byte-pair vocabulary: a map from a pair of symbols to the merge's rank and the symbol that results. A symbol is a byte
 * string; those that are tokens are numbered as the tokens, others (parts of merges that the vocabulary lacks) come after them.
 */
final class MergeTable {
    private static final long FREE = -1;

    private final ByteStringTable symbols;
    private final int tokens;
    private final int[] ofByte = new int[256];
    private long[] pairs; // left << 32 | right
    private int[] ranks;
    private int[] results;
    private int next;

    /**
     * Reads the merges.
     *
     * @param symbols the tokens by their bytes; gets the other symbols added
     * @param tokens the size of the vocabulary
     * @param spellings {@code LEFT RIGHT} in the byte alphabet, by rank
     */
    MergeTable(ByteStringTable symbols, int tokens, byte[][] spellings) {
        this.symbols = symbols;
        this.tokens = tokens;
        this.next = tokens;
        for (int b = 0; b < 256; b++) {
            ofByte[b] = symbol(new byte[] {(byte) b}, 0, 1);
        }
        allocate(Integer.highestOneBit(Math.max(16, spellings.length)) * 4);
        byte[] bytes = new byte[256];
        for (int rank = 0; rank < spellings.length; rank++) {
            byte[] spelling = spellings[rank];
            bytes = bytes.length < spelling.length ? new byte[spelling.length] : bytes;
            int blank = blank(spelling, rank);
            int left = ByteAlphabet.decode(spelling, 0, blank, bytes, 0);
            int right = left < 0 ? -1 : ByteAlphabet.decode(spelling, blank + 1, spelling.length, bytes, left);
            // parts outside the byte alphabet are never met in a text
            if (left > 0 && right > left) {
                put(symbol(bytes, 0, left), symbol(bytes, left, right), rank, symbol(bytes, 0, right));
            }
        }
    }

    /** Returns where the blank between the parts is; the left part may begin with one. */
    private static int blank(byte[] spelling, int rank) {
        for (int i = 1; i < spelling.length; i++) {
            if (spelling[i] == ' ') {
                return i;
            }
        }
        throw Vocabulary.invalid("merges has an entry " + rank + " without a blank between two parts");
    }

    private int symbol(byte[] bytes, int from, int to) {
        int known = symbols.putIfAbsent(bytes, from, to, next);
        if (known == next) {
            next++;
        }
        return known;
    }

    /** Returns the symbol of a byte. */
    int ofByte(byte b) {
        return ofByte[b & 0xFF];
    }

    /** Tells whether a symbol is a token. */
    boolean token(int symbol) {
        return symbol < tokens;
    }

    /** Returns the token that equals a range of bytes, -1 if there is none. */
    int find(byte[] bytes, int from, int to) {
        int symbol = symbols.find(bytes, from, to);
        return symbol < tokens ? symbol : -1;
    }

    /** Returns the number of a pair's merge, for {@link #rank} and {@link #result}; -1 if the two are never merged. */
    int merge(int left, int right) {
        long pair = (long) left << 32 | right;
        int slot = slot(pair);
        return pairs[slot] == pair ? slot : -1;
    }

    int rank(int merge) {
        return ranks[merge];
    }

    int result(int merge) {
        return results[merge];
    }

    private int slot(long pair) {
        int mask = pairs.length - 1;
        long h = pair * 0x9E3779B97F4A7C15L;
        int slot = (int) (h >>> 32) & mask;
        while (pairs[slot] != FREE && pairs[slot] != pair) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void put(int left, int right, int rank, int result) {
        long pair = (long) left << 32 | right;
        int slot = slot(pair);
        if (pairs[slot] == FREE) {
            pairs[slot] = pair;
            ranks[slot] = rank;
            results[slot] = result;
        }
    }

    private void allocate(int slots) {
        pairs = new long[slots];
        Arrays.fill(pairs, FREE);
        ranks = new int[slots];
        results = new int[slots];
    }
}
