package dev.runtime.backend.metal;

import dev.runtime.backend.vulkan.dispatch.Memory;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Memory of a device, all of it shared: between steps the host copies by itself.
 *
 * @param queue the device in use
 */
record MetalMemory(MetalQueue queue) implements Memory {
    @Override
    public Run allocate(long bytes) {
        return new MetalBuffer(queue, bytes);
    }

    @Override
    public void clear(Run run, long offset, long bytes) {
        run.host().asSlice(offset, bytes).fill((byte) 0);
    }

    @Override
    public void copy(List<Move> moves) {
        for (Move move : moves) {
            MemorySegment.copy(move.run().host(), move.from(), move.run().host(), move.to(), move.bytes());
        }
    }

    @Override
    public void write(Run target, List<Piece> pieces) {
        for (Piece piece : pieces) {
            MemorySegment.copy(piece.host(), 0, target.host(), piece.offset(), piece.host().byteSize());
        }
    }

    @Override
    public void read(Run source, List<Piece> pieces) {
        for (Piece piece : pieces) {
            MemorySegment.copy(source.host(), piece.offset(), piece.host(), 0, piece.host().byteSize());
        }
    }
}
