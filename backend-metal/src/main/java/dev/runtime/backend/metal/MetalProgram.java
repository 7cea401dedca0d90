package dev.runtime.backend.metal;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;
import dev.runtime.backend.metal.ffi.CommandCalls;
import dev.runtime.backend.metal.ffi.Pool;
import dev.runtime.backend.vulkan.dispatch.Commands;
import dev.runtime.backend.vulkan.dispatch.Memory;
import dev.runtime.backend.vulkan.dispatch.Part;
import dev.runtime.backend.vulkan.dispatch.ProgramMemory;
import dev.runtime.backend.vulkan.dispatch.StepRecords;
import dev.runtime.backend.vulkan.dispatch.StepSize;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** A compiled graph: its memory and its dispatches. */
final class MetalProgram implements Program {
    /** Columns of a product that a workgroup makes together. */
    private static final int COLUMNS = 8;

    private final MetalQueue queue;
    private final ProgramMemory memory;
    private final StepRecords<StepDispatches> records = new StepRecords<>(this::record, StepDispatches::close);
    private MetalKvCache cache;
    private Buffers buffers = Buffers.of(List.of());
    private boolean closed;

    /** Pointers to buffers, as an array that messages take. */
    private record Buffers(Arena arena, MemorySegment pointers, int count) {
        static Buffers of(List<Memory.Run> runs) {
            Arena arena = Arena.ofShared();
            MemorySegment pointers = arena.allocate(ValueLayout.ADDRESS, Math.max(1, runs.size()));
            for (int i = 0; i < runs.size(); i++) {
                pointers.setAtIndex(ValueLayout.ADDRESS, i, ((MetalBuffer) runs.get(i)).handle());
            }
            return new Buffers(arena, pointers, runs.size());
        }
    }

    MetalProgram(MetalQueue queue, Graph graph, WeightSource source, CompileOptions options) {
        this.queue = queue;
        Memory all = new MetalMemory(queue);
        memory = new ProgramMemory(new ProgramMemory.Target(all, all, all, MetalPipelines.LANES, COLUMNS, this::once), graph, source, options);
    }

    /** Runs a dispatch of the weights' memory at once. */
    private void once(List<Memory.Run> touched, Consumer<Commands> body) {
        Buffers needed = Buffers.of(touched);
        try (StepDispatches dispatches = new StepDispatches(queue.pipelines()); Arena _ = needed.arena()) {
            body.accept(dispatches);
            run(dispatches, needed);
        }
    }

    private StepDispatches record(StepDispatches old, StepSize size) {
        if (old != null) {
            old.close();
        }
        StepDispatches dispatches = new StepDispatches(queue.pipelines());
        Part.record(memory.parts(), size, dispatches);
        return dispatches;
    }

    @Override
    public void run(StepInputs inputs, KvCache next) {
        if (!(next instanceof MetalKvCache own) || own.queue() != queue) {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the cache of a step is of another device: " + next.getClass().getName());
        }
        memory.write(inputs, own);
        if (own != cache) {
            records.clear();
            buffers.arena().close();
            buffers = Buffers.of(Stream.concat(memory.runs().stream(), own.runs().stream()).toList());
            memory.frame().cache(own);
            cache = own;
        }
        run(records.of(inputs), buffers);
    }

    private void run(StepDispatches dispatches, Buffers needed) {
        try (Pool _ = Pool.open()) {
            MemorySegment commands = CommandCalls.commands(queue.handle());
            MemorySegment encoder = CommandCalls.encoder(commands);
            CommandCalls.use(encoder, needed.pointers(), needed.count());
            dispatches.encode(encoder);
            CommandCalls.end(encoder);
            CommandCalls.run(commands);
        }
    }

    @Override
    public MemorySegment output(String name) {
        return memory.output(name);
    }

    @Override
    public long bytes() {
        return memory.bytes();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            records.clear();
            buffers.arena().close();
            memory.close();
        }
    }
}
