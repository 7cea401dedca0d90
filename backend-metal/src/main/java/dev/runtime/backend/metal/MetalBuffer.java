package dev.runtime.backend.metal;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.backend.metal.ffi.DeviceCalls;
import dev.runtime.backend.vulkan.dispatch.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A buffer that processor and GPU share. */
final class MetalBuffer implements Memory.Run {
    private final Arena arena = Arena.ofShared();
    private final MemorySegment handle;
    private final MemorySegment host;
    private final long address;
    private boolean closed;

    /**
     * Allocates.
     *
     * @throws RuntimeFailure with {@code device.out_of_memory}
     */
    MetalBuffer(MetalQueue queue, long size) {
        long bytes = Math.max(16, size);
        long largest = DeviceCalls.largestBuffer(queue.device());
        if (bytes > largest) {
            throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, queue.name() + " has no memory of " + bytes + " bytes in one piece, at most "
                    + largest + "; use a shorter context, a smaller batch or a smaller model");
        }
        handle = DeviceCalls.buffer(queue.device(), bytes);
        if (handle.address() == 0) {
            throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "allocating " + (bytes >> 20) + " MiB on " + queue.name()
                    + ": the memory of the GPU is used up; use a shorter context, a smaller batch or a smaller model");
        }
        host = DeviceCalls.contents(handle, bytes, arena);
        address = DeviceCalls.address(handle);
    }

    MemorySegment handle() {
        return handle;
    }

    @Override
    public long address() {
        return address;
    }

    @Override
    public long bytes() {
        return host.byteSize();
    }

    @Override
    public MemorySegment host() {
        return host;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            arena.close();
            DeviceCalls.release(handle);
        }
    }
}
