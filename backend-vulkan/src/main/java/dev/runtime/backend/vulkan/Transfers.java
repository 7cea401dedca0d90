package dev.runtime.backend.vulkan;

import dev.runtime.backend.vulkan.ffi.CommandCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Copies between host and device: at once where the host sees the memory, else by way of memory that both see. For one thread. */
final class Transfers implements AutoCloseable {
    private static final long WAY_BYTES = 16L << 20;

    private final LogicalDevice device;
    private GpuMemory way;

    Transfers(LogicalDevice device) {
        this.device = device;
    }

    /** Copies to the device. */
    void write(MemorySegment source, GpuMemory target, long offset) {
        if (target.visible()) {
            MemorySegment.copy(source, 0, target.host(), offset, source.byteSize());
            return;
        }
        for (long at = 0; at < source.byteSize(); at += WAY_BYTES) {
            long length = Math.min(WAY_BYTES, source.byteSize() - at);
            MemorySegment.copy(source, at, way().host(), 0, length);
            copy(device, way(), 0, target, offset + at, length);
        }
    }

    /** Copies to the host. */
    void read(GpuMemory source, long offset, MemorySegment target) {
        if (source.visible()) {
            MemorySegment.copy(source.host(), offset, target, 0, target.byteSize());
            return;
        }
        for (long at = 0; at < target.byteSize(); at += WAY_BYTES) {
            long length = Math.min(WAY_BYTES, target.byteSize() - at);
            copy(device, source, offset + at, way(), 0, length);
            MemorySegment.copy(way().host(), 0, target, at, length);
        }
    }

    private GpuMemory way() {
        if (way == null) {
            way = new GpuMemory(device, WAY_BYTES, GpuMemory.Place.TO_HOST);
        }
        return way;
    }

    /** Copies on the device. */
    static void copy(LogicalDevice device, GpuMemory source, long from, GpuMemory target, long to, long length) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment region = arena.allocateFrom(ValueLayout.JAVA_LONG, from, to, length);
            device.once(commands -> CommandCalls.cmdCopyBuffer(commands, source.buffer(), target.buffer(), 1, region));
        }
    }

    @Override
    public void close() {
        if (way != null) {
            way.close();
        }
    }
}
