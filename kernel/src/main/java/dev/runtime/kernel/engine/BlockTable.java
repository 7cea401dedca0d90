package dev.runtime.kernel.engine;

/**
 * The KV blocks of one sequence, in the order of its positions. Only full blocks are shared, and nobody writes into a full block:
 * what differs begins in a block of its own, into which the positions that are equal are copied. For one thread.
 */
final class BlockTable {
    private final KvMemory memory;
    private final long root;
    private final int[] blocks;
    private int size;
    private int sealed;

    /** Creates an empty table for so many positions, which shares blocks with all that have the same {@code root}. */
    BlockTable(KvMemory memory, int positions, long root) {
        this.memory = memory;
        this.root = root;
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
            int from = size * memory.blockTokens();
            int block = memory.prefixes().find(last(size), history, from);
            if (block != PrefixCache.NONE) {
                memory.pool().share(block);
                blocks[size++] = block;
            } else if (!restore(history, from)) {
                break;
            }
        }
        sealed = size;
        return size * memory.blockTokens() + copy(history, limit);
    }

    /** Reads the next block back from where it was kept. */
    private boolean restore(int[] history, int from) {
        if (memory.spill().isEmpty() || !memory.spill().get().holds(last(size), history, from)) {
            return false;
        }
        int block = memory.pool().take();
        if (!memory.spill().get().restore(block, last(size), history, from)) {
            memory.pool().release(block);
            return false;
        }
        add(block, last(size), history, from);
        blocks[size++] = block;
        return true;
    }

    private void add(int block, long parent, int[] history, int from) {
        memory.prefixes().add(block, parent, history, from);
        if (memory.spill().isPresent()) {
            memory.spill().get().sealed(block, parent, history, from);
        }
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

    /**
     * Hands all blocks to the prefix cache, the last one though it is not full: others can copy from it. It is not written to
     * afterwards.
     */
    void keep(int[] history, int computed) {
        seal(history, computed);
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
            long parent = last(sealed);
            int from = sealed * memory.blockTokens();
            int block = memory.prefixes().find(parent, history, from);
            if (block == PrefixCache.NONE) {
                add(blocks[sealed], parent, history, from);
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

    private long last(int count) {
        return count == 0 ? root : blocks[count - 1];
    }
}
