package dev.runtime.kernel.engine;

/**
 * The KV blocks of one sequence, in the order of its positions. Only full blocks are shared, and nobody writes into a full block:
 * what differs begins in a block of its own, into which the positions that are equal are copied. For one thread.
 */
final class BlockTable {
    private final KvMemory memory;
    private final int[] blocks;
    private int size;
    private int sealed;

    /** Creates an empty table for so many positions. */
    BlockTable(KvMemory memory, int positions) {
        this.memory = memory;
        blocks = new int[memory.blocksFor(positions)];
    }

    /** Returns the blocks, as devices read them. */
    int[] blocks() {
        return blocks;
    }

    /**
     * Takes over blocks from the prefix cache.
     *
     * @param limit positions that may be taken over at most
     * @return positions taken over
     */
    int attach(int[] history, int limit) {
        while (memory.sharing() && (size + 1) * memory.blockTokens() <= limit) {
            int block = memory.prefixes().find(last(size), history, size * memory.blockTokens());
            if (block == PrefixCache.NONE) {
                break;
            }
            memory.pool().share(block);
            blocks[size++] = block;
        }
        sealed = size;
        return size * memory.blockTokens() + copy(history, limit);
    }

    /** Begins a block with the positions that another one has in common with what follows. Returns their number. */
    private int copy(int[] history, int limit) {
        int from = size * memory.blockTokens();
        // one block for the copy, one for its source
        if (!memory.sharing() || memory.pool().available() < 2) {
            return 0;
        }
        int source = memory.prefixes().closest(last(size), history, from, limit);
        if (source == PrefixCache.NONE) {
            return 0;
        }
        int common = memory.prefixes().common(source, history, from, limit);
        memory.pool().share(source);
        blocks[size] = memory.pool().take();
        size++;
        memory.cache().copyBlock(source, blocks[size - 1], common);
        memory.pool().release(source);
        return common;
    }

    /** Hands the last block to the prefix cache though it is not full: others can copy from it. It is not written to afterwards. */
    void keep(int[] history, int computed) {
        int filled = computed - sealed * memory.blockTokens();
        if (memory.sharing() && filled > 0 && sealed < size) {
            memory.prefixes().addPart(blocks[sealed], last(sealed), history, sealed * memory.blockTokens(), filled);
        }
    }

    /** Makes room for so many positions. */
    void reserve(int positions) {
        while (size * memory.blockTokens() < positions) {
            blocks[size] = memory.pool().take();
            size++;
        }
    }

    /** Hands the blocks that became full to the prefix cache; where another sequence was faster, its block is taken instead. */
    void seal(int[] history, int computed) {
        if (!memory.sharing()) {
            return;
        }
        for (; (sealed + 1) * memory.blockTokens() <= computed; sealed++) {
            int parent = last(sealed);
            int from = sealed * memory.blockTokens();
            int block = memory.prefixes().find(parent, history, from);
            if (block == PrefixCache.NONE) {
                memory.prefixes().add(blocks[sealed], parent, history, from);
            } else {
                memory.pool().share(block);
                memory.pool().release(blocks[sealed]);
                blocks[sealed] = block;
            }
        }
    }

    /**
     * Gives back the blocks of all positions but the first ones.
     *
     * @return positions that stay: the full blocks among the first ones
     */
    int truncate(int positions) {
        int kept = Math.min(size, positions / memory.blockTokens());
        while (size > kept) {
            memory.pool().release(blocks[--size]);
        }
        sealed = Math.min(sealed, kept);
        return kept * memory.blockTokens();
    }

    private int last(int count) {
        return count == 0 ? PrefixCache.ROOT : blocks[count - 1];
    }
}
