package dev.runtime.backend.vulkan;

import dev.runtime.backend.vulkan.dispatch.Memory;
import dev.runtime.backend.vulkan.ffi.CommandCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * Memory of an open device.
 *
 * @param device the device
 * @param place where it is
 */
record VulkanMemory(LogicalDevice device, GpuMemory.Place place) implements Memory {
    @Override
    public Run allocate(long bytes) {
        return new GpuMemory(device, bytes, place);
    }

    @Override
    public void clear(Run run, long offset, long bytes) {
        ((GpuMemory) run).fill(offset, bytes);
    }

    @Override
    public void copy(List<Move> moves) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment regions = arena.allocate(24L * Math.max(1, moves.size()), 8);
            device.once(commands -> {
                for (int i = 0; i < moves.size(); i++) {
                    Move move = moves.get(i);
                    MemorySegment region = regions.asSlice(24L * i, 24);
                    region.setAtIndex(ValueLayout.JAVA_LONG, 0, move.from());
                    region.setAtIndex(ValueLayout.JAVA_LONG, 1, move.to());
                    region.setAtIndex(ValueLayout.JAVA_LONG, 2, move.bytes());
                    long buffer = ((GpuMemory) move.run()).buffer();
                    CommandCalls.cmdCopyBuffer(commands, buffer, buffer, 1, region);
                }
            });
        }
    }

    @Override
    public void write(Run target, List<Piece> pieces) {
        try (Transfers transfers = new Transfers(device)) {
            pieces.forEach(piece -> transfers.write(piece.host(), (GpuMemory) target, piece.offset()));
        }
    }

    @Override
    public void read(Run source, List<Piece> pieces) {
        try (Transfers transfers = new Transfers(device)) {
            pieces.forEach(piece -> transfers.read((GpuMemory) source, piece.offset(), piece.host()));
        }
    }
}
