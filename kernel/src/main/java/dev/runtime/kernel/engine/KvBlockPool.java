package dev.runtime.kernel.engine;

import java.util.Optional;

/**
 * Who uses which KV block. A block is free, used by one or more sequences, or idle: used by none but kept for the prefix cache
 * until its memory is needed, the longest idle first.
 *
 * <p>A sequence that uses a block uses all blocks before it, and gives them back last first. So a block never becomes idle before
 * those after it, and the one idle longest has none after it: evicting it leaves nothing that cannot be reached. Allocates nothing
 * after construction. For one thread.
 */
final class KvBlockPool {
    private static final int END = -1;

    private final PrefixCache prefixes;
    private final Optional<KvSpill> spill;
    private final int[] users;
    private final int[] free;
    private final int[] newer;
    private final int[] older;
    private int freeCount;
    private int idleCount;
    private int oldest = END;
    private int newest = END;

    KvBlockPool(int blocks, PrefixCache prefixes, Optional<KvSpill> spill) {
        this.prefixes = prefixes;
        this.spill = spill;
        users = new int[blocks];
        free = new int[blocks];
        newer = new int[blocks];
        older = new int[blocks];
        for (int i = 0; i < blocks; i++) {
            free[i] = blocks - 1 - i;
        }
        freeCount = blocks;
    }

    /** Returns a block for one user, evicting the longest idle one if none is free. */
    int take() {
        if (freeCount == 0) {
            if (spill.isPresent() && oldest != END && prefixes.containsFull(oldest)) {
                spill.get().evicted(oldest);
            }
            evictOldest();
        }
        int block = free[--freeCount];
        users[block] = 1;
        return block;
    }

    /** Adds a user to a block that is used or idle. */
    void share(int block) {
        if (users[block]++ == 0) {
            unlink(block);
        }
    }

    /** Removes a user from a block. */
    void release(int block) {
        if (users[block] < 1) {
            throw new IllegalStateException("block " + block + " was given back twice");
        }
        if (--users[block] > 0) {
            return;
        }
        if (prefixes.contains(block)) {
            link(block);
        } else {
            free[freeCount++] = block;
        }
    }

    /** Frees all idle blocks; what they held is lost. */
    void evictIdle() {
        while (idleCount > 0) {
            evictOldest();
        }
    }

    /** Returns the number of blocks that nobody uses, idle ones included. */
    int available() {
        return freeCount + idleCount;
    }

    /** Returns the number of blocks kept for the prefix cache only. */
    int idle() {
        return idleCount;
    }

    private void evictOldest() {
        if (oldest == END) {
            throw new IllegalStateException("all " + users.length + " KV blocks are in use");
        }
        int block = oldest;
        unlink(block);
        prefixes.remove(block);
        free[freeCount++] = block;
    }

    private void link(int block) {
        older[block] = newest;
        newer[block] = END;
        if (newest == END) {
            oldest = block;
        } else {
            newer[newest] = block;
        }
        newest = block;
        idleCount++;
    }

    private void unlink(int block) {
        if (older[block] == END) {
            oldest = newer[block];
        } else {
            newer[older[block]] = newer[block];
        }
        if (newer[block] == END) {
            newest = older[block];
        } else {
            older[newer[block]] = older[block];
        }
        idleCount--;
    }
}
