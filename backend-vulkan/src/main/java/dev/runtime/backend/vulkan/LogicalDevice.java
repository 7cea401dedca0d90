package dev.runtime.backend.vulkan;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.backend.vulkan.ffi.CommandCalls;
import dev.runtime.backend.vulkan.ffi.DeviceCalls;
import dev.runtime.backend.vulkan.ffi.InstanceCalls;
import dev.runtime.backend.vulkan.ffi.Struct;
import dev.runtime.backend.vulkan.ffi.VulkanResult;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * A device in use: its queue, its compiled kernels, and the count of what is allocated on it. Everything made on it is closed before it.
 * Safe for use by many threads.
 */
final class LogicalDevice implements AutoCloseable {
    private static final int DEVICE_QUEUE_CREATE_INFO = 2;
    private static final int DEVICE_CREATE_INFO = 3;
    private static final int FEATURES_2 = 1000059000;
    static final int FEATURES_1_0 = 55;
    /** The longest that a step may take, in nanoseconds; a driver that needs longer has lost the device. */
    private static final long LONGEST_WAIT = 600_000_000_000L;

    private final PhysicalDevice physical;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment handle;
    private final MemorySegment queue;
    private final Pipelines pipelines;
    private final AtomicLong allocatedBytes = new AtomicLong();
    private final AtomicLong allocations = new AtomicLong();
    private final Submission shared;
    private volatile boolean lost;
    /** Programs and caches on it; guarded by the {@link VulkanDevice}. */
    int users;

    private LogicalDevice(PhysicalDevice physical, MemorySegment handle) {
        this.physical = physical;
        this.handle = handle;
        MemorySegment queues = arena.allocate(ValueLayout.ADDRESS);
        InstanceCalls.getDeviceQueue(handle, physical.queueFamily(), 0, queues);
        queue = queues.get(ValueLayout.ADDRESS, 0);
        pipelines = new Pipelines(this);
        shared = new Submission(this);
    }

    /** Opens a device. */
    static LogicalDevice open(PhysicalDevice physical) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment queue = new Struct(arena, DEVICE_QUEUE_CREATE_INFO).u32(0).u32(physical.queueFamily()).u32(1)
                    .pointer(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1)).segment();
            Features features = new Features(arena, physical.sized() ? SubgroupSize.wanted(arena) : MemorySegment.NULL);
            features.want();
            MemorySegment all = new Struct(arena, FEATURES_2, features.first()).zeros(FEATURES_1_0).segment();
            all.set(ValueLayout.JAVA_INT, 16 + 4L * Features.SHADER_INT_64, 1);
            MemorySegment extensions = arena.allocateFrom(ValueLayout.ADDRESS, arena.allocateFrom(SubgroupSize.EXTENSION));
            MemorySegment info = new Struct(arena, DEVICE_CREATE_INFO, all).u32(0).u32(1).pointer(queue).u32(0).pointer(MemorySegment.NULL)
                    .u32(physical.sized() ? 1 : 0).pointer(extensions).pointer(MemorySegment.NULL).segment();
            MemorySegment device = arena.allocate(ValueLayout.ADDRESS);
            VulkanResult.check(InstanceCalls.createDevice(physical.handle(), info, MemorySegment.NULL, device), "opening " + physical.name());
            return new LogicalDevice(physical, device.get(ValueLayout.ADDRESS, 0));
        }
    }

    MemorySegment handle() {
        return handle;
    }

    PhysicalDevice physical() {
        return physical;
    }

    Pipelines pipelines() {
        return pipelines;
    }

    /** Returns the bytes that are allocated now. */
    long allocatedBytes() {
        return allocatedBytes.get();
    }

    /** Returns how many allocations there are now. */
    long allocations() {
        return allocations.get();
    }

    void count(long bytes) {
        allocatedBytes.addAndGet(bytes);
        allocations.addAndGet(Long.signum(bytes));
    }

    /** Tells whether the device does not answer any more. */
    boolean lost() {
        return lost;
    }

    /** Starts commands; a queue takes them from one thread at a time. */
    void submit(MemorySegment submission) {
        synchronized (queue) {
            check(CommandCalls.queueSubmit(queue, 1, submission, 0), "starting a step");
        }
    }

    /** Waits for a semaphore. */
    void await(MemorySegment wait) {
        int result = DeviceCalls.waitSemaphores(handle, wait, LONGEST_WAIT);
        if (result == VulkanResult.TIMEOUT) {
            lost = true;
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, physical.name() + " has not finished a step within "
                    + LONGEST_WAIT / 1_000_000_000 + " s and is given up");
        }
        check(result, "waiting for a step");
    }

    /** Checks an answer of the device; one that it is lost is remembered. */
    void check(int result, String what) {
        lost |= result == VulkanResult.DEVICE_LOST;
        VulkanResult.check(result, what + " on " + physical.name());
    }

    /** Runs commands once and waits for their end. */
    void once(Consumer<MemorySegment> commands) {
        synchronized (shared) {
            shared.record(commands);
            shared.run();
        }
    }

    @Override
    public void close() {
        DeviceCalls.deviceWaitIdle(handle);
        shared.close();
        pipelines.close();
        InstanceCalls.destroyDevice(handle, MemorySegment.NULL);
        arena.close();
    }
}
