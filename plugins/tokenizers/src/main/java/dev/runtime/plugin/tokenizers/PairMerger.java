package dev.runtime.plugin.tokenizers;

/**
 * Merges the bytes of one word by rank, leftmost first among equals. Symbols are a linked list over the byte positions at which they start.
 * Short words are scanned for the best pair; long ones use a heap, so that a word of n bytes takes n log n steps. For one thread.
 */
final class PairMerger {
    private static final int SCANNED = 32;
    private static final int NONE = -1;

    private final MergeTable merges;
    private int[] symbols = new int[64]; // by start; NONE once merged into the left neighbour
    private int[] next = new int[64]; // start of the right neighbour
    private int[] previous = new int[64];
    private int[] pairs = new int[64]; // the merge of a symbol with its right neighbour, NONE if there is none
    private final LongHeap heap = new LongHeap(); // rank << 32 | start

    PairMerger(MergeTable merges) {
        this.merges = merges;
    }

    /** Encodes {@code word[0, length)}, with length at least 1. */
    void merge(byte[] word, int length, IntList out) {
        if (symbols.length < length) {
            int capacity = Math.max(length, symbols.length * 2);
            symbols = new int[capacity];
            next = new int[capacity];
            previous = new int[capacity];
            pairs = new int[capacity];
        }
        for (int i = 0; i < length; i++) {
            symbols[i] = merges.ofByte(word[i]);
            next[i] = i + 1;
            previous[i] = i - 1;
        }
        for (int i = 0; i < length; i++) {
            pairs[i] = i + 1 < length ? merges.merge(symbols[i], symbols[i + 1]) : NONE;
        }
        if (length <= SCANNED) {
            scan(length);
        } else {
            drain(length);
        }
        for (int i = 0; i < length; i = next[i]) {
            emit(word, i, out);
        }
    }

    private void scan(int length) {
        while (true) {
            int best = NONE;
            int rank = Integer.MAX_VALUE;
            for (int i = 0; i < length; i = next[i]) {
                if (pairs[i] != NONE && merges.rank(pairs[i]) < rank) {
                    best = i;
                    rank = merges.rank(pairs[i]);
                }
            }
            if (best == NONE) {
                return;
            }
            apply(best, length);
        }
    }

    private void drain(int length) {
        heap.clear();
        for (int i = 0; i < length; i++) {
            push(i);
        }
        while (!heap.isEmpty()) {
            long entry = heap.pop();
            int start = (int) entry;
            // an entry is stale once one of its symbols has changed; a pair of the same rank is the same pair
            if (symbols[start] != NONE && pairs[start] != NONE && merges.rank(pairs[start]) == (int) (entry >>> 32)) {
                apply(start, length);
                push(start);
                if (previous[start] >= 0) {
                    push(previous[start]);
                }
            }
        }
    }

    private void push(int start) {
        if (pairs[start] != NONE) {
            heap.push((long) merges.rank(pairs[start]) << 32 | start);
        }
    }

    /** Merges a symbol with its right neighbour. */
    private void apply(int start, int length) {
        int right = next[start];
        symbols[start] = merges.result(pairs[start]);
        symbols[right] = NONE;
        next[start] = next[right];
        if (next[start] < length) {
            previous[next[start]] = start;
        }
        pairs[start] = next[start] < length ? merges.merge(symbols[start], symbols[next[start]]) : NONE;
        int left = previous[start];
        if (left >= 0) {
            pairs[left] = merges.merge(symbols[left], symbols[start]);
        }
    }

    /** Gives out a symbol; one that is no token falls apart into those of its bytes that are. */
    private void emit(byte[] word, int start, IntList out) {
        if (merges.token(symbols[start])) {
            out.add(symbols[start]);
            return;
        }
        for (int i = start; i < next[start]; i++) {
            int symbol = merges.ofByte(word[i]);
            if (merges.token(symbol)) {
                out.add(symbol);
            }
        }
    }
}
