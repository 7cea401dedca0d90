package dev.runtime.api.backend;

import dev.runtime.api.Experimental;
import dev.runtime.api.Stable;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Paged keys and values and recurrent state of all sequences on one device. Which block belongs to whom is the kernel's
 * business; the device only stores. For one thread at a time.
 */
@Stable
public interface KvCache extends AutoCloseable {
    /** Returns the size and type. */
    CacheOptions options();

    /** Returns the bytes allocated. */
    long bytes();

    /** Copies all layers of the first {@code tokens} positions of a block to another block. */
    void copyBlock(int from, int to, int tokens);

    /** Sets the state of a slot to zero. */
    void clearSlot(int slot);

    /** Copies the state of a slot to another. */
    void copySlot(int from, int to);

    /** Returns the bytes of one block over all layers, as {@link #exportBlock} writes them. */
    long blockBytes();

    /** Copies a block to the host, in a form that only the same kind of cache understands. */
    void exportBlock(int block, MemorySegment target);

    /** Copies a block from the host. */
    void importBlock(int block, MemorySegment source);

    /**
     * (optional) Has the system keep the cache in memory until this is closed, if the system lets it. May be called while a step
     * runs, and again. The default is for devices with nothing in the host's memory.
     *
     * @return why it is not kept, and what to do about it; nothing if it is
     */
    @Experimental
    default Optional<String> lock() {
        return Optional.empty();
    }

    @Override
    void close();
}
