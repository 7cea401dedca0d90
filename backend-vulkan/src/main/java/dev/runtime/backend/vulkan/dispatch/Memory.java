package dev.runtime.backend.vulkan.dispatch;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** Gives out memory of a device. Safe for use by many threads. */
public interface Memory {
    /** An allocation; the caller closes it. */
    interface Run extends AutoCloseable {
        /** Returns the address for kernels. */
        long address();

        /** Returns the size. */
        long bytes();

        /** Returns the memory as the host sees it, valid until it is closed; empty where the host does not see it. */
        MemorySegment host();

        @Override
        void close();
    }

    /**
     * A copy within an allocation; source and target do not overlap.
     *
     * @param run the allocation
     * @param from offset of the source
     * @param to offset of the target
     * @param bytes length
     */
    record Move(Run run, long from, long to, long bytes) {}

    /** Bytes of the host that belong at an offset of an allocation. */
    record Piece(MemorySegment host, long offset) {}

    /**
     * Allocates; what is in it is not defined.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code device.out_of_memory}
     */
    Run allocate(long bytes);

    /** Sets whole words of 4 bytes to zero. */
    void clear(Run run, long offset, long bytes);

    /** Copies on the device, in any order. */
    void copy(List<Move> moves);

    /** Copies to the device. */
    void write(Run target, List<Piece> pieces);

    /** Copies to the host. */
    void read(Run source, List<Piece> pieces);
}
