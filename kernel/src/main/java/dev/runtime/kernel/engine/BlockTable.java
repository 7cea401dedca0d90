package dev.runtime.kernel.engine;

/**
 * The KV blocks of one sequence, in the order of its positions. Only full blocks are shared, and nobody writes into a full block:
 * what differs begins in a block of its own, into which the positions that are equal are copied. For one thread.
 *
 * <p>Rows that were moved are not what their tokens alone would give, since these have seen others. So nobody finds them, nor what follows.
 */
final class BlockTable {
    private final KvMemory memory;
    private final long root;
    private final int[] blocks;
    private int size;
    private int sealed;
    /** The number of blocks that may be found. */
    private int findable = Integer.MAX_VALUE;

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
        if (memory.sharing() && filled > 0 && sealed < Math.min(size, findable)) {
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
        for (; sealed < findable && (sealed + 1) * memory.blockTokens() <= computed; sealed++) {
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
        giveBack(kept);
        sealed = Math.min(sealed, kept);
        findable = kept <= findable ? Integer.MAX_VALUE : findable;
        return kept * memory.blockTokens();
    }

    /**
     * Drops the rows of {@code count} positions from {@code position} on, and gives those after them the positions before. They go to new blocks,
     * as others may use the old ones. Where rows cannot be moved this truncates.
     *
     * @param end the positions that have rows
     * @return positions that have rows now
     */
    int drop(int position, int count, int end) {
        if (memory.shift().isEmpty() || end < position + count) {
            return truncate(position);
        }
        int first = position / memory.blockTokens();
        int last = memory.blocksFor(end - count);
        int[] moved = new int[last];
        int next = last;
        while (next > first) {
            int taken = Math.min(next - first, memory.pool().available());
            int upTo = Math.min(next * memory.blockTokens(), end - count);
            for (int i = 0; i < taken; i++) {
                moved[--next] = memory.pool().take();
            }
            if (taken == 0 || !fill(moved, next, upTo, position, count)) {
                for (; next < last; next++) {
                    memory.pool().release(moved[next]);
                }
                return truncate(position);
            }
            // what the blocks still to come are filled from
            giveBack(memory.blocksFor(next * memory.blockTokens() + count));
        }
        giveBack(first);
        System.arraycopy(moved, first, blocks, first, last - first);
        size = last;
        sealed = Math.min(sealed, first);
        findable = end - count > position ? Math.min(findable, first) : findable;
        return end - count;
    }

    /** Fills the blocks from {@code next} on up to a position: with rows from so many positions above, and with those before the gap. */
    private boolean fill(int[] moved, int next, int upTo, int position, int count) {
        int from = next * memory.blockTokens();
        int low = Math.max(position, from);
        if (low < upTo && !memory.shift().orElseThrow().move(blocks, low + count, moved, low, upTo - low)) {
            return false;
        }
        if (from < position) {
            memory.cache().copyBlock(blocks[next], moved[next], position - from);
        }
        return true;
    }

    /** Gives back all but the first blocks, the last one first. */
    private void giveBack(int kept) {
        while (size > kept) {
            memory.pool().release(blocks[--size]);
        }
    }

    private long last(int count) {
        return count == 0 ? root : blocks[count - 1];
    }
}
