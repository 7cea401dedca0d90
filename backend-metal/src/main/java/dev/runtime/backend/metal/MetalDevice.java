package dev.runtime.backend.metal;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.DeviceInfo;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.Unsupported;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.Graph;
import dev.runtime.backend.metal.ffi.DeviceCalls;
import dev.runtime.backend.vulkan.dispatch.ProgramMemory;
import dev.runtime.backend.vulkan.dispatch.Support;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/** A GPU. Its queue and its compiled kernels are made at its first use, and kept. */
final class MetalDevice implements Device {
    private final MemorySegment handle;
    private final DeviceInfo info;
    private Optional<MetalQueue> queue = Optional.empty();

    MetalDevice(int number, MemorySegment handle) {
        this.handle = handle;
        info = new DeviceInfo("metal:" + number, DeviceCalls.name(handle), DeviceInfo.Kind.INTEGRATED_GPU, false,
                DeviceCalls.workingSet(handle), List.of("Metal 3", "subgroups of " + MetalPipelines.LANES));
    }

    @Override
    public DeviceInfo info() {
        return info;
    }

    @Override
    public long freeBytes() {
        return Math.max(0, info.totalBytes() - DeviceCalls.allocated(handle));
    }

    @Override
    public List<Unsupported> unsupported(Graph graph) {
        return Support.missing(graph);
    }

    @Override
    public boolean images() {
        return true;
    }

    @Override
    public Program compile(Graph graph, WeightSource weights, CompileOptions options) {
        Support.check(info.id(), graph);
        return new MetalProgram(queue(), graph, weights, options);
    }

    @Override
    public KvCache cache(CacheLayout layout, CacheOptions options) {
        options.check(layout);
        return new MetalKvCache(queue(), layout, options);
    }

    @Override
    public long workingBytes(Graph graph, CompileOptions options) {
        return ProgramMemory.bytes(graph, options);
    }

    private synchronized MetalQueue queue() {
        if (queue.isEmpty()) {
            MemorySegment made = DeviceCalls.queue(handle);
            if (made.address() == 0) {
                throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, info.name() + " takes no commands; choose another device");
            }
            queue = Optional.of(new MetalQueue(handle, made, info.name()));
        }
        return queue.get();
    }

    /** Gives back the queue and the kernels. */
    synchronized void close() {
        queue.ifPresent(MetalQueue::close);
        queue = Optional.empty();
    }
}
