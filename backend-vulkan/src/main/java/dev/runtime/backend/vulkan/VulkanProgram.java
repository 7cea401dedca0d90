package dev.runtime.backend.vulkan;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Graph;
import dev.runtime.backend.vulkan.dispatch.Arguments;
import dev.runtime.backend.vulkan.dispatch.Commands;
import dev.runtime.backend.vulkan.dispatch.KernelUse;
import dev.runtime.backend.vulkan.dispatch.Memory;
import dev.runtime.backend.vulkan.dispatch.ProgramMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.function.Consumer;

/** A compiled graph: its memory and its commands. */
final class VulkanProgram implements Program {
    private final VulkanDevice owner;
    private final LogicalDevice device;
    private final ProgramMemory memory;
    private final StepCommands commands;
    private boolean closed;

    VulkanProgram(VulkanDevice owner, LogicalDevice device, Tuning tuning, Graph graph, WeightSource source,
            CompileOptions options) {
        this.owner = owner;
        this.device = device;
        memory = new ProgramMemory(new ProgramMemory.Target(new VulkanMemory(device, GpuMemory.Place.TO_DEVICE),
                new VulkanMemory(device, tuning.place()), new VulkanMemory(device, GpuMemory.Place.TO_HOST), device.physical().lanes(),
                tuning.columns(), this::once), graph, source, options);
        commands = new StepCommands(device, memory.frame(), memory.parts());
    }

    /** Runs a dispatch at once. */
    private void once(List<Memory.Run> touched, Consumer<Commands> body) {
        try (Arena arena = Arena.ofConfined()) {
            Arguments arguments = new Arguments(arena);
            device.once(buffer -> body.accept(new Commands() {
                @Override
                public Arguments arguments() {
                    return arguments;
                }

                @Override
                public void dispatch(KernelUse use, int x, int y, int z) {
                    StepCommands.dispatchOn(device, buffer, arguments, use, x, y, z, 0);
                }

                @Override
                public void barrier() {
                    throw new IllegalStateException("only one dispatch is run at once");
                }
            }));
        }
    }

    @Override
    public void run(StepInputs inputs, KvCache cache) {
        if (!(cache instanceof VulkanKvCache own) || own.device() != device) {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "the cache of a step is of another device: " + cache.getClass().getName());
        }
        memory.write(inputs, own);
        commands.run(inputs, own);
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
            commands.close();
            memory.close();
            owner.release(device);
        }
    }
}
