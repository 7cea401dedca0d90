package dev.runtime.kernel.engine;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * The radix tree of KV blocks: a full block is found by the block before it and its own token ids, so that finding one means that
 * everything before it is equal too. A block that begins alike but goes on otherwise, or is not full, is found by its first token; what is
 * equal can be copied from it.
 *
 * <p>A node is a block number and all nodes live in arrays as long as the pool: adding allocates nothing. Holds no references;
 * {@link KvBlockPool} decides what stays. For one thread.
 */
final class PrefixCache {
    /** The parent of the first block of a sequence; others of its own are below zero too. */
    static final long ROOT = -1;

    /** What {@link #find} and {@link #closest} return if there is no such block. */
    static final int NONE = -1;

    /** Positions that are worth a copy. */
    private static final int LEAST_COMMON = 4;

    private final int blockTokens;
    private final int[] tokens;
    private final long[] parents;
    private final int[] filled;
    private final Chains full;
    private final Chains beginnings;

    PrefixCache(int blocks, int blockTokens) {
        this.blockTokens = blockTokens;
        tokens = new int[Math.multiplyExact(blocks, blockTokens)];
        parents = new long[blocks];
        filled = new int[blocks];
        full = new Chains(blocks);
        beginnings = new Chains(blocks);
    }

    /** Returns the parent of first blocks that only sequences with the same salt find; without one, all others do. */
    static long root(Optional<String> salt) {
        if (salt.isEmpty()) {
            return ROOT;
        }
        byte[] digest = ChainKey.sha256(salt.get().getBytes(StandardCharsets.UTF_8));
        long root = ByteBuffer.wrap(digest).getLong() | Long.MIN_VALUE;
        return root == ROOT ? Long.MIN_VALUE : root;
    }

    /** Returns the full block after {@code parent} that holds the run of tokens which starts at {@code from}. */
    int find(long parent, int[] history, int from) {
        for (int block = full.first(hash(parent, history, from, blockTokens)); block != NONE; block = full.next(block)) {
            int at = block * blockTokens;
            if (parents[block] == parent
                    && Arrays.equals(tokens, at, at + blockTokens, history, from, from + blockTokens)) {
                return block;
            }
        }
        return NONE;
    }

    /** Returns the block after {@code parent} that has most tokens in common with {@code history}, from {@code from} to {@code limit}. */
    int closest(long parent, int[] history, int from, int limit) {
        if (limit - from < LEAST_COMMON) {
            return NONE;
        }
        int best = NONE;
        int most = LEAST_COMMON - 1;
        for (int block = beginnings.first(hash(parent, history, from, 1)); block != NONE; block = beginnings.next(block)) {
            if (parents[block] == parent) {
                int common = common(block, history, from, limit);
                if (common > most) {
                    most = common;
                    best = block;
                }
            }
        }
        return best;
    }

    /** Returns the number of tokens that a block has in common with {@code history}, from {@code from} to {@code limit}. */
    int common(int block, int[] history, int from, int limit) {
        int at = block * blockTokens;
        int length = Math.min(filled[block], limit - from);
        int different = Arrays.mismatch(tokens, at, at + length, history, from, from + length);
        return different < 0 ? length : different;
    }

    /** Adds a full block that is not found yet. */
    void add(int block, long parent, int[] history, int from) {
        insert(block, parent, history, from, blockTokens);
        full.add(block, hash(parent, history, from, blockTokens));
    }

    /** Adds a block with fewer tokens, unless another one has them all. */
    void addPart(int block, long parent, int[] history, int from, int count) {
        int known = closest(parent, history, from, from + count);
        if (known == NONE || common(known, history, from, from + count) < count) {
            insert(block, parent, history, from, count);
        }
    }

    private void insert(int block, long parent, int[] history, int from, int count) {
        System.arraycopy(history, from, tokens, block * blockTokens, count);
        parents[block] = parent;
        filled[block] = count;
        beginnings.add(block, hash(parent, history, from, 1));
    }

    /** Tells whether a block is full and can be found. */
    boolean containsFull(int block) {
        return filled[block] == blockTokens;
    }

    /** Tells whether a block can be found. */
    boolean contains(int block) {
        return filled[block] > 0;
    }

    /** Removes a block; those after it were removed before. */
    void remove(int block) {
        int at = block * blockTokens;
        if (filled[block] == blockTokens) {
            full.remove(block, hash(parents[block], tokens, at, blockTokens));
        }
        beginnings.remove(block, hash(parents[block], tokens, at, 1));
        filled[block] = 0;
    }

    private static int hash(long parent, int[] history, int from, int count) {
        int hash = Long.hashCode(parent);
        for (int i = from; i < from + count; i++) {
            hash = hash * 0x01000193 + history[i];
        }
        hash *= 0x9E3779B1;
        return hash ^ hash >>> 15;
    }

    /** A hash table of block numbers, chained through an array. */
    private static final class Chains {
        private final int[] buckets;
        private final int[] next;

        Chains(int blocks) {
            buckets = new int[Math.max(16, Integer.highestOneBit(Math.max(1, blocks)) * 2)];
            next = new int[blocks];
            Arrays.fill(buckets, NONE);
        }

        int first(int hash) {
            return buckets[hash & buckets.length - 1];
        }

        int next(int block) {
            return next[block];
        }

        void add(int block, int hash) {
            int bucket = hash & buckets.length - 1;
            next[block] = buckets[bucket];
            buckets[bucket] = block;
        }

        void remove(int block, int hash) {
            int bucket = hash & buckets.length - 1;
            if (buckets[bucket] == block) {
                buckets[bucket] = next[block];
                return;
            }
            int before = buckets[bucket];
            while (next[before] != block) {
                before = next[before];
            }
            next[before] = next[block];
        }
    }
}
