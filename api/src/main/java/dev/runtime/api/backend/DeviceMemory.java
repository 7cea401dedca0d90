package dev.runtime.api.backend;

import dev.runtime.api.Stable;
import java.lang.foreign.MemorySegment;

/** A run of a device's memory. For one thread at a time. */
@Stable
public interface DeviceMemory extends AutoCloseable {
    /** What memory is for; a device may place it accordingly. */
    enum Use {
        /** Read-only after filling. */
        WEIGHTS,
        /** Read and written by programs. */
        WORK,
        /** Moved to and from the host often. */
        TRANSFER
    }

    /** Returns the size in bytes. */
    long bytes();

    /** Copies from the host. */
    void write(long offset, MemorySegment source);

    /** Copies to the host. */
    void read(long offset, MemorySegment target);

    @Override
    void close();
}
