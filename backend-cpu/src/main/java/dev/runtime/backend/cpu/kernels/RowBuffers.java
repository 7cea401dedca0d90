package dev.runtime.backend.cpu.kernels;

import dev.runtime.backend.cpu.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A buffer for each thread, for rows that are needed before there is a copy of them. The first access to a mapped page can cost more than
 * its content (on the virtual machine of the README's figures 1.4 us, where reading takes 0.4): so they are read.
 */
public final class RowBuffers {
    private final Arena arena;
    private final MemorySegment[] buffers;

    /** Creates buffers without memory for so many threads; it will be of the arena. */
    public RowBuffers(Arena arena, int slots) {
        this.arena = arena;
        buffers = new MemorySegment[slots];
    }

    /**
     * Returns a matrix whose rows {@code [from, to)} are in memory: a new one with nothing else, or the same if it has a copy or no source.
     *
     * @param slot the thread's number; what its last call returned is lost
     */
    public Matrix rows(Matrix matrix, int from, int to, int slot) {
        RowSource source = matrix.source();
        if (source == null) {
            return matrix;
        }
        MemorySegment rows = buffer(slot, (to - from) * matrix.rowBytes());
        source.read(from * matrix.rowBytes(), rows);
        return new Matrix(matrix.type(), rows.address() - from * matrix.rowBytes(), matrix.in(), matrix.rows(), matrix.rowBytes());
    }

    private MemorySegment buffer(int slot, long bytes) {
        if (buffers[slot] == null || buffers[slot].byteSize() < bytes) {
            buffers[slot] = Memory.allocate(arena, bytes);
        }
        return buffers[slot].asSlice(0, bytes);
    }
}
