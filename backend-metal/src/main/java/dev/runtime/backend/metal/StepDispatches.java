package dev.runtime.backend.metal;

import dev.runtime.backend.metal.ffi.CommandCalls;
import dev.runtime.backend.vulkan.dispatch.Arguments;
import dev.runtime.backend.vulkan.dispatch.Commands;
import dev.runtime.backend.vulkan.dispatch.KernelUse;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A list of dispatches, recorded once and encoded for each step. For one thread; encoding allocates nothing on the heap. */
final class StepDispatches implements Commands, AutoCloseable {
    private final MetalPipelines pipelines;
    private final Arena arena = Arena.ofShared();
    private final Arguments arguments = new Arguments(arena);
    private final MemorySegment groups = CommandCalls.size(arena, 1, 1, 1);
    private final MemorySegment lanes = CommandCalls.size(arena, MetalPipelines.LANES, 1, 1);
    private final List<Dispatch> dispatches = new ArrayList<>();
    private boolean afterBarrier;

    private record Dispatch(boolean afterBarrier, MemorySegment pipeline, MemorySegment arguments, int x, int y, int z) {}

    StepDispatches(MetalPipelines pipelines) {
        this.pipelines = pipelines;
    }

    @Override
    public Arguments arguments() {
        return arguments;
    }

    @Override
    public void dispatch(KernelUse use, int x, int y, int z) {
        if (x > 0 && y > 0) {
            MemorySegment bytes = arguments.bytes();
            // a block of arguments with addresses ends at a multiple of their size
            MemorySegment copy = arena.allocate(Math.ceilDiv(bytes.byteSize(), 8) * 8, 8).copyFrom(bytes);
            dispatches.add(new Dispatch(afterBarrier, pipelines.of(use), copy, x, y, z));
            afterBarrier = false;
        }
    }

    @Override
    public void barrier() {
        afterBarrier = !dispatches.isEmpty();
    }

    /** Adds all to an encoder. */
    void encode(MemorySegment encoder) {
        MemorySegment bound = MemorySegment.NULL;
        for (int i = 0; i < dispatches.size(); i++) {
            Dispatch dispatch = dispatches.get(i);
            if (dispatch.afterBarrier()) {
                CommandCalls.barrier(encoder);
            }
            if (dispatch.pipeline() != bound) {
                bound = dispatch.pipeline();
                CommandCalls.kernel(encoder, bound);
            }
            CommandCalls.arguments(encoder, dispatch.arguments(), dispatch.arguments().byteSize());
            CommandCalls.dispatch(encoder, groups, dispatch.x(), dispatch.y(), dispatch.z(), lanes);
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
