package dev.runtime.backend.vulkan;

import dev.runtime.api.backend.StepInputs;
import dev.runtime.backend.vulkan.dispatch.Arguments;
import dev.runtime.backend.vulkan.dispatch.Commands;
import dev.runtime.backend.vulkan.dispatch.Frame;
import dev.runtime.backend.vulkan.dispatch.KernelUse;
import dev.runtime.backend.vulkan.dispatch.Part;
import dev.runtime.backend.vulkan.dispatch.StepSize;
import dev.runtime.backend.vulkan.ffi.CommandCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * The recorded commands of a program, one record for each size of a step, the latest sizes kept: a step like an earlier one records
 * nothing and allocates nothing.
 */
final class StepCommands implements AutoCloseable {
    private static final int KEPT = 12;

    private final LogicalDevice device;
    private final Frame frame;
    private final List<Part> parts;
    private final List<Record> records = new ArrayList<>(KEPT);
    private final Arena arena = Arena.ofShared();
    private final Arguments arguments = new Arguments(arena);
    private VulkanKvCache cache;

    private record Record(StepSize size, Submission submission) {}

    StepCommands(LogicalDevice device, Frame frame, List<Part> parts) {
        this.device = device;
        this.frame = frame;
        this.parts = parts;
    }

    /** Runs a step whose inputs are in place. */
    void run(StepInputs inputs, VulkanKvCache next) {
        if (next != cache) {
            records.forEach(record -> record.submission().close());
            records.clear();
            cache = next;
            frame.cache(next);
        }
        for (int i = 0; i < records.size(); i++) {
            Record record = records.get(i);
            StepSize size = record.size();
            if (size.tokens() == inputs.tokens() && size.outputs() == inputs.outputs() && size.sequences() == inputs.sequences()) {
                if (i > 0) {
                    records.remove(i);
                    records.add(0, record);
                }
                record.submission().run();
                return;
            }
        }
        Submission submission = records.size() < KEPT ? new Submission(device) : records.removeLast().submission();
        StepSize size = new StepSize(inputs.tokens(), inputs.outputs(), inputs.sequences());
        submission.record(commands -> new Recording(submission, commands).record(size));
        records.add(0, new Record(size, submission));
        submission.run();
    }

    /** Records the parts; a barrier stands where a part needs what an earlier one since the last barrier wrote, or overwrites. */
    private final class Recording implements Commands {
        private final Submission submission;
        private final MemorySegment commands;
        private final List<Part> sinceBarrier = new ArrayList<>();
        private long bound;

        Recording(Submission submission, MemorySegment commands) {
            this.submission = submission;
            this.commands = commands;
        }

        void record(StepSize size) {
            for (Part part : parts) {
                if (sinceBarrier.stream().anyMatch(part::after)) {
                    submission.barrier();
                    sinceBarrier.clear();
                }
                sinceBarrier.add(part);
                part.emission().emit(size, this);
            }
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
        records.forEach(record -> record.submission().close());
        records.clear();
        arena.close();
    }
}
