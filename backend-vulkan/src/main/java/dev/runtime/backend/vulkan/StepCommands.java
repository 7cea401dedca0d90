package dev.runtime.backend.vulkan;

import dev.runtime.api.backend.StepInputs;
import dev.runtime.backend.vulkan.dispatch.Arguments;
import dev.runtime.backend.vulkan.dispatch.Commands;
import dev.runtime.backend.vulkan.dispatch.Frame;
import dev.runtime.backend.vulkan.dispatch.KernelUse;
import dev.runtime.backend.vulkan.dispatch.Part;
import dev.runtime.backend.vulkan.dispatch.StepRecords;
import dev.runtime.backend.vulkan.dispatch.StepSize;
import dev.runtime.backend.vulkan.ffi.CommandCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The recorded commands of a program, one command buffer for each size of a step. */
final class StepCommands implements AutoCloseable {
    private final LogicalDevice device;
    private final Frame frame;
    private final List<Part> parts;
    private final StepRecords<Submission> records = new StepRecords<>(this::record, Submission::close);
    private final Arena arena = Arena.ofShared();
    private final Arguments arguments = new Arguments(arena);
    private VulkanKvCache cache;

    StepCommands(LogicalDevice device, Frame frame, List<Part> parts) {
        this.device = device;
        this.frame = frame;
        this.parts = parts;
    }

    /** Runs a step whose inputs are in place. */
    void run(StepInputs inputs, VulkanKvCache next) {
        if (next != cache) {
            records.clear();
            cache = next;
            frame.cache(next);
        }
        records.of(inputs).run();
    }

    private Submission record(Submission old, StepSize size) {
        Submission submission = old == null ? new Submission(device) : old;
        submission.record(commands -> Part.record(parts, size, new Recording(submission, commands)));
        return submission;
    }

    private final class Recording implements Commands {
        private final Submission submission;
        private final MemorySegment commands;
        private long bound;

        Recording(Submission submission, MemorySegment commands) {
            this.submission = submission;
            this.commands = commands;
        }

        @Override
        public Arguments arguments() {
            return arguments;
        }

        @Override
        public void dispatch(KernelUse use, int x, int y, int z) {
            if (x > 0 && y > 0) {
                dispatchOn(device, commands, arguments, use, x, y, z, bound);
                bound = device.pipelines().of(use);
            }
        }

        @Override
        public void barrier() {
            submission.barrier();
        }
    }

    /** Adds one dispatch; binds the kernel unless it is bound. */
    static void dispatchOn(LogicalDevice device, MemorySegment commands, Arguments arguments, KernelUse use, int x, int y, int z, long bound) {
        long pipeline = device.pipelines().of(use);
        if (pipeline != bound) {
            CommandCalls.cmdBindPipeline(commands, 1, pipeline);
        }
        MemorySegment bytes = arguments.bytes();
        CommandCalls.cmdPushConstants(commands, device.pipelines().layout(), Pipelines.COMPUTE_STAGE, 0, (int) bytes.byteSize(), bytes);
        CommandCalls.cmdDispatch(commands, x, y, z);
    }

    @Override
    public void close() {
        records.clear();
        arena.close();
    }
}
