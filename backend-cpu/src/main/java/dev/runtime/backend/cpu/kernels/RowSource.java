package dev.runtime.backend.cpu.kernels;

import java.lang.foreign.MemorySegment;

/** Where the rows of a matrix can be read without its mapping. For many threads. */
@FunctionalInterface
public interface RowSource {
    /**
     * Copies bytes.
     *
     * @param offset of the first one, from the begin of the first row
     * @param target native memory, filled to its end
     * @throws dev.runtime.api.RuntimeFailure if they cannot be read
     */
    void read(long offset, MemorySegment target);
}
