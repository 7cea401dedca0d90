package dev.runtime.backend.metal;

import dev.runtime.backend.metal.ffi.DeviceCalls;
import java.lang.foreign.MemorySegment;

/** A device in use. Safe for use by many threads. */
final class MetalQueue implements AutoCloseable {
    private final MemorySegment device;
    private final MemorySegment handle;
    private final String name;
    private final MetalPipelines pipelines;

    MetalQueue(MemorySegment device, MemorySegment handle, String name) {
        this.device = device;
        this.handle = handle;
        this.name = name;
        pipelines = new MetalPipelines(device);
    }

    MemorySegment device() {
        return device;
    }

    MemorySegment handle() {
        return handle;
    }

    /** Returns the device's name, for messages. */
    String name() {
        return name;
    }

    MetalPipelines pipelines() {
        return pipelines;
    }

    @Override
    public void close() {
        pipelines.close();
        DeviceCalls.release(handle);
    }
}
