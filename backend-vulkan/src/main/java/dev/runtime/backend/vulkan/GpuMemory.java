package dev.runtime.backend.vulkan;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.backend.vulkan.dispatch.Memory;
import dev.runtime.backend.vulkan.ffi.CommandCalls;
import dev.runtime.backend.vulkan.ffi.DeviceCalls;
import dev.runtime.backend.vulkan.ffi.Struct;
import dev.runtime.backend.vulkan.ffi.VulkanResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/** A buffer over an allocation of its own, with the address that kernels use. Memory that the host sees stays mapped. */
final class GpuMemory implements Memory.Run {
    private static final int MEMORY_ALLOCATE_INFO = 5;
    private static final int BUFFER_CREATE_INFO = 12;
    private static final int MEMORY_ALLOCATE_FLAGS_INFO = 1000060000;
    private static final int BUFFER_DEVICE_ADDRESS_INFO = 1000244001;
    private static final int WITH_ADDRESS = 2;
    /** Transfers from and to it, storage of kernels, an address. */
    private static final int USAGE = 1 | 2 | 0x20 | 0x20000;

    private static final int LOCAL = 1;
    private static final int VISIBLE = 2;
    private static final int COHERENT = 4;
    private static final int CACHED = 8;

    private final LogicalDevice device;
    private final Arena arena = Arena.ofShared();
    private final long bytes;
    private final long allocated;
    private final long buffer;
    private final long memory;
    private final long address;
    private final MemorySegment host;
    private boolean closed;

    /** Where memory should be: sets of flags, the best first. */
    enum Place {
        /** On the device; visible to the host only where all memory is. */
        DEVICE(LOCAL | VISIBLE | COHERENT | CACHED, LOCAL, 0),
        /** On the device even where the host could see it: to test the way of other devices. */
        DEVICE_ONLY(LOCAL, 0),
        /** Written by the host, read by kernels. */
        TO_DEVICE(VISIBLE | COHERENT),
        /** Written by kernels, read by the host. */
        TO_HOST(VISIBLE | COHERENT | CACHED, VISIBLE | COHERENT);

        private final int[] wishes;

        Place(int... wishes) {
            this.wishes = wishes;
        }
    }

    /**
     * Allocates.
     *
     * @throws RuntimeFailure with {@code device.out_of_memory}
     */
    GpuMemory(LogicalDevice device, long size, Place place) {
        this.device = device;
        bytes = Math.max(16, size);
        if (bytes > device.physical().largestAllocation()) {
            throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, device.physical().name() + " has no memory of " + bytes + " bytes in one piece, "
                    + "at most " + device.physical().largestAllocation() + "; use a shorter context, a smaller batch or a smaller model");
        }
        try (Arena local = Arena.ofConfined()) {
            MemorySegment result = local.allocate(ValueLayout.JAVA_LONG);
            MemorySegment bufferInfo = new Struct(local, BUFFER_CREATE_INFO).u32(0).u64(bytes).u32(USAGE).u32(0).u32(0)
                    .pointer(MemorySegment.NULL).segment();
            VulkanResult.check(DeviceCalls.createBuffer(device.handle(), bufferInfo, MemorySegment.NULL, result), "making a buffer");
            buffer = result.get(ValueLayout.JAVA_LONG, 0);
            MemorySegment requirements = local.allocate(24, 8);
            DeviceCalls.getBufferMemoryRequirements(device.handle(), buffer, requirements);
            allocated = requirements.get(ValueLayout.JAVA_LONG, 0);
            int type = type(device.physical().memoryTypes(), requirements.get(ValueLayout.JAVA_INT, 16), place);
            MemorySegment flags = new Struct(local, MEMORY_ALLOCATE_FLAGS_INFO).u32(WITH_ADDRESS).u32(0).segment();
            MemorySegment memoryInfo = new Struct(local, MEMORY_ALLOCATE_INFO, flags).u64(allocated).u32(type).segment();
            int answer = DeviceCalls.allocateMemory(device.handle(), memoryInfo, MemorySegment.NULL, result);
            if (answer != VulkanResult.SUCCESS) {
                DeviceCalls.destroyBuffer(device.handle(), buffer, MemorySegment.NULL);
                throw VulkanResult.failure(answer, "allocating " + (allocated >> 20) + " MiB on " + device.physical().name());
            }
            memory = result.get(ValueLayout.JAVA_LONG, 0);
            device.count(allocated);
            VulkanResult.check(DeviceCalls.bindBufferMemory(device.handle(), buffer, memory, 0), "binding memory");
            address = DeviceCalls.getBufferDeviceAddress(device.handle(), new Struct(local, BUFFER_DEVICE_ADDRESS_INFO).u64(buffer).segment());
            boolean visible = place != Place.DEVICE_ONLY && (device.physical().memoryTypes().get(type) & VISIBLE) != 0;
            host = visible ? map(local) : MemorySegment.NULL;
        }
    }

    private static int type(List<Integer> types, int allowed, Place place) {
        for (int wish : place.wishes) {
            for (int i = 0; i < types.size(); i++) {
                if ((allowed >> i & 1) != 0 && (types.get(i) & wish) == wish) {
                    return i;
                }
            }
        }
        throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the device has no memory for " + place + "; choose another device");
    }

    private MemorySegment map(Arena local) {
        MemorySegment pointer = local.allocate(ValueLayout.ADDRESS);
        VulkanResult.check(DeviceCalls.mapMemory(device.handle(), memory, 0, bytes, 0, pointer), "mapping memory");
        return pointer.get(ValueLayout.ADDRESS, 0).reinterpret(bytes, arena, null);
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public long address() {
        return address;
    }

    long buffer() {
        return buffer;
    }

    /** Tells whether the host sees it. */
    boolean visible() {
        return host.byteSize() > 0;
    }

    @Override
    public MemorySegment host() {
        return host;
    }

    /** Sets a run of whole words to zero. */
    void fill(long offset, long length) {
        device.once(commands -> CommandCalls.cmdFillBuffer(commands, buffer, offset, length, 0));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            DeviceCalls.destroyBuffer(device.handle(), buffer, MemorySegment.NULL);
            DeviceCalls.freeMemory(device.handle(), memory, MemorySegment.NULL);
            device.count(-allocated);
            arena.close();
        }
    }
}
