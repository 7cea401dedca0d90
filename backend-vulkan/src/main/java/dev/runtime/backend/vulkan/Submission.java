package dev.runtime.backend.vulkan;

import dev.runtime.backend.vulkan.ffi.CommandCalls;
import dev.runtime.backend.vulkan.ffi.DeviceCalls;
import dev.runtime.backend.vulkan.ffi.Struct;
import dev.runtime.backend.vulkan.ffi.VulkanResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;

/**
 * A command buffer that is recorded once and run many times, each run to its end: a timeline semaphore counts the runs. For one thread at
 * a time; running allocates nothing.
 */
final class Submission implements AutoCloseable {
    private static final int SUBMIT_INFO = 4;
    private static final int SEMAPHORE_CREATE_INFO = 9;
    private static final int COMMAND_POOL_CREATE_INFO = 39;
    private static final int COMMAND_BUFFER_ALLOCATE_INFO = 40;
    private static final int COMMAND_BUFFER_BEGIN_INFO = 42;
    private static final int MEMORY_BARRIER = 46;
    private static final int SEMAPHORE_TYPE_CREATE_INFO = 1000207002;
    private static final int TIMELINE_SEMAPHORE_SUBMIT_INFO = 1000207003;
    private static final int SEMAPHORE_WAIT_INFO = 1000207004;

    private static final int RESETTABLE = 2;
    private static final int TIMELINE = 1;
    /** Stages: compute, transfer, host. */
    private static final int WORK = 0x800 | 0x1000;
    private static final int HOST = 0x4000;
    /** Accesses: reads and writes of kernels and transfers, and those of the host. */
    private static final int WORK_ACCESSES = 0x20 | 0x40 | 0x800 | 0x1000;
    private static final int HOST_ACCESSES = 0x2000 | 0x4000;

    private final LogicalDevice device;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment commands;
    private final MemorySegment barrier;
    private final MemorySegment begin;
    private final MemorySegment count;
    private final MemorySegment submit;
    private final MemorySegment wait;
    private final long semaphore;
    private final long pool;
    private long runs;

    /** Makes an empty one. */
    Submission(LogicalDevice device) {
        this.device = device;
        MemorySegment result = arena.allocate(ValueLayout.JAVA_LONG);
        MemorySegment poolInfo = new Struct(arena, COMMAND_POOL_CREATE_INFO).u32(RESETTABLE).u32(device.physical().queueFamily()).segment();
        VulkanResult.check(DeviceCalls.createCommandPool(device.handle(), poolInfo, MemorySegment.NULL, result), "making commands");
        pool = result.get(ValueLayout.JAVA_LONG, 0);
        MemorySegment type = new Struct(arena, SEMAPHORE_TYPE_CREATE_INFO).u32(TIMELINE).u64(0).segment();
        MemorySegment semaphoreInfo = new Struct(arena, SEMAPHORE_CREATE_INFO, type).u32(0).segment();
        VulkanResult.check(DeviceCalls.createSemaphore(device.handle(), semaphoreInfo, MemorySegment.NULL, result), "making a semaphore");
        semaphore = result.get(ValueLayout.JAVA_LONG, 0);
        MemorySegment buffers = arena.allocate(ValueLayout.ADDRESS);
        MemorySegment bufferInfo = new Struct(arena, COMMAND_BUFFER_ALLOCATE_INFO).u64(pool).u32(0).u32(1).segment();
        VulkanResult.check(DeviceCalls.allocateCommandBuffers(device.handle(), bufferInfo, buffers), "making commands");
        commands = buffers.get(ValueLayout.ADDRESS, 0);
        barrier = new Struct(arena, MEMORY_BARRIER).u32(0).u32(0).segment();
        begin = new Struct(arena, COMMAND_BUFFER_BEGIN_INFO).u32(0).pointer(MemorySegment.NULL).segment();
        count = arena.allocate(ValueLayout.JAVA_LONG);
        MemorySegment semaphores = arena.allocateFrom(ValueLayout.JAVA_LONG, semaphore);
        MemorySegment timeline = new Struct(arena, TIMELINE_SEMAPHORE_SUBMIT_INFO).u32(0).pointer(MemorySegment.NULL).u32(1).pointer(count)
                .segment();
        submit = new Struct(arena, SUBMIT_INFO, timeline).u32(0).pointer(MemorySegment.NULL).pointer(MemorySegment.NULL)
                .u32(1).pointer(buffers).u32(1).pointer(semaphores).segment();
        wait = new Struct(arena, SEMAPHORE_WAIT_INFO).u32(0).u32(1).pointer(semaphores).pointer(count).segment();
    }

    /** Replaces the commands. Accesses before and after them, the host's included, are ordered. */
    void record(Consumer<MemorySegment> body) {
        VulkanResult.check(CommandCalls.beginCommandBuffer(commands, begin), "recording commands");
        barrier(WORK | HOST, WORK);
        body.accept(commands);
        barrier(WORK, WORK | HOST);
        VulkanResult.check(CommandCalls.endCommandBuffer(commands), "recording commands");
    }

    /** Orders what comes after those recorded so far. */
    void barrier() {
        barrier(WORK, WORK);
    }

    /** Accesses of a stage may be named only beside the stage. */
    private void barrier(int sources, int targets) {
        barrier.set(ValueLayout.JAVA_INT, 16, accesses(sources));
        barrier.set(ValueLayout.JAVA_INT, 20, accesses(targets));
        CommandCalls.cmdPipelineBarrier(commands, sources, targets, 0, 1, barrier, 0, MemorySegment.NULL, 0, MemorySegment.NULL);
    }

    private static int accesses(int stages) {
        return (stages & HOST) == 0 ? WORK_ACCESSES : WORK_ACCESSES | HOST_ACCESSES;
    }

    /** Runs the commands and waits for their end. */
    void run() {
        count.set(ValueLayout.JAVA_LONG, 0, ++runs);
        device.submit(submit);
        device.await(wait);
    }

    @Override
    public void close() {
        DeviceCalls.destroyCommandPool(device.handle(), pool, MemorySegment.NULL);
        DeviceCalls.destroySemaphore(device.handle(), semaphore, MemorySegment.NULL);
        arena.close();
    }
}
