package dev.runtime.kernel.engine;

import java.util.Arrays;

/**
 * The radix tree of full KV blocks: a block is found by the block before it and its own token ids, so that finding one means that
 * everything before it is equal too.
 *
 * <p>A node is a block number and all nodes live in arrays as long as the pool: adding allocates nothing. Holds no references;
 * {@link KvBlockPool} decides what stays. For one thread.
 */
final class PrefixCache {
    /** The parent of the first block of a sequence. */
    static final int ROOT = -1;

    /** What {@link #find} returns if there is no such block. */
    static final int NONE = -1;

    private final int blockTokens;
    private final int[] tokens;
    private final int[] parents;
    private final int[] nextInBucket;
    private final boolean[] present;
    private final int[] buckets;

    PrefixCache(int blocks, int blockTokens) {
        this.blockTokens = blockTokens;
        tokens = new int[Math.multiplyExact(blocks, blockTokens)];
        parents = new int[blocks];
        nextInBucket = new int[blocks];
        present = new boolean[blocks];
        buckets = new int[Math.max(16, Integer.highestOneBit(Math.max(1, blocks)) * 2)];
        Arrays.fill(buckets, NONE);
    }

    /** Returns the block after {@code parent} that holds the run of tokens which starts at {@code from}. */
    int find(int parent, int[] history, int from) {
        for (int block = buckets[bucket(parent, history, from)]; block != NONE; block = nextInBucket[block]) {
            int at = block * blockTokens;
            if (parents[block] == parent
                    && Arrays.equals(tokens, at, at + blockTokens, history, from, from + blockTokens)) {
                return block;
            }
        }
        return NONE;
    }

    /** Adds a full block that is not found yet. */
    void add(int block, int parent, int[] history, int from) {
        System.arraycopy(history, from, tokens, block * blockTokens, blockTokens);
        parents[block] = parent;
        int bucket = bucket(parent, history, from);
        nextInBucket[block] = buckets[bucket];
        buckets[bucket] = block;
        present[block] = true;
    }

    /** Tells whether a block can be found. */
    boolean contains(int block) {
        return present[block];
    }

    /** Removes a block; those after it were removed before. */
    void remove(int block) {
        int bucket = bucket(parents[block], tokens, block * blockTokens);
        if (buckets[bucket] == block) {
            buckets[bucket] = nextInBucket[block];
        } else {
            int before = buckets[bucket];
            while (nextInBucket[before] != block) {
                before = nextInBucket[before];
            }
            nextInBucket[before] = nextInBucket[block];
        }
        present[block] = false;
    }

    private int bucket(int parent, int[] history, int from) {
        int hash = parent;
        for (int i = from; i < from + blockTokens; i++) {
            hash = hash * 0x01000193 + history[i];
        }
        hash *= 0x9E3779B1;
        return (hash ^ hash >>> 15) & buckets.length - 1;
    }
}
