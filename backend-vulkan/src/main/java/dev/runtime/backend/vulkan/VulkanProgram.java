package dev.runtime.backend.vulkan;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepCheck;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Weight;
import dev.runtime.backend.vulkan.dispatch.Arguments;
import dev.runtime.backend.vulkan.dispatch.Commands;
import dev.runtime.backend.vulkan.dispatch.Frame;
import dev.runtime.backend.vulkan.dispatch.GraphCompiler;
import dev.runtime.backend.vulkan.dispatch.KernelUse;
import dev.runtime.backend.vulkan.dispatch.StepMemory;
import dev.runtime.backend.vulkan.dispatch.WorkLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A compiled graph: its memory on the device, its inputs and results in memory that the host sees, and its commands. */
final class VulkanProgram implements Program {
    private final VulkanDevice owner;
    private final LogicalDevice device;
    private final List<AutoCloseable> parts = new ArrayList<>();
    private final StepCheck check;
    private final StepMemory step;
    private final StepCommands commands;
    private final Map<String, MemorySegment> outputs = new HashMap<>();
    private final long bytes;
    private boolean closed;

    VulkanProgram(VulkanDevice owner, LogicalDevice device, Tuning tuning, Graph graph, WeightSource source,
            CompileOptions options) {
        this.owner = owner;
        this.device = device;
        check = new StepCheck(graph, options);
        step = new StepMemory(graph, options);
        try {
            GpuMemory inputs = keep(new GpuMemory(device, step.bytes(), GpuMemory.Place.TO_DEVICE));
            step.place(inputs.host(), inputs.address());
            WorkLayout layout = new WorkLayout(graph, options);
            GpuMemory work = keep(new GpuMemory(device, layout.workBytes(), tuning.place()));
            GpuMemory results = keep(new GpuMemory(device, layout.resultBytes(), GpuMemory.Place.TO_HOST));
            layout.place(work.address(), results.address());
            Frame frame = new Frame(inputs.address(), device.physical().lanes(), tuning.columns());
            WeightStore weights = keep(new WeightStore(device, tuning.place(), source, (weight, from, to) -> expand(weight, from, to, frame)));
            weights.upload(graph);
            commands = keep(new StepCommands(device, frame, GraphCompiler.parts(graph, frame, layout, weights)));
            graph.outputs().forEach((name, value) -> {
                WorkLayout.Span span = layout.result(value);
                outputs.put(name, results.host().asSlice(span.offset(), span.bytes()).asReadOnly());
            });
            bytes = inputs.bytes() + work.bytes() + results.bytes() + weights.bytes();
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.add(part);
        return part;
    }

    /** Turns rows of weights into floats, at once. */
    private void expand(Weight weight, long from, long to, Frame frame) {
        try (Arena arena = Arena.ofConfined()) {
            Arguments arguments = new Arguments(arena);
            device.once(buffer -> GraphCompiler.expand(weight, from, to, frame, new Commands() {
                @Override
                public Arguments arguments() {
                    return arguments;
                }

                @Override
                public void dispatch(KernelUse use, int x, int y, int z) {
                    StepCommands.dispatchOn(device, buffer, arguments, use, x, y, z, 0);
                }
            }));
        }
    }

    @Override
    public void run(StepInputs inputs, KvCache cache) {
        if (!(cache instanceof VulkanKvCache own) || own.device() != device) {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the cache of a step is of another device: " + cache.getClass().getName());
        }
        check.check(inputs, own.layout(), own.options());
        step.write(inputs, own.options().blockTokens());
        commands.run(inputs, own);
    }

    @Override
    public MemorySegment output(String name) {
        MemorySegment output = outputs.get(name);
        if (output == null) {
            throw new IllegalArgumentException("no output '" + name + "' among " + outputs.keySet());
        }
        return output;
    }

    @Override
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            for (AutoCloseable part : parts.reversed()) {
                try {
                    part.close();
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
            owner.release(device);
        }
    }
}
