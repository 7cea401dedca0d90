package dev.runtime.backend.cpu;

import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.graph.Rows;
import dev.runtime.backend.cpu.memory.Memory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Lays out the working memory of a program: values that are never needed at the same time share it. First fit by the order of
 * asking; offsets are from the start of one allocation.
 */
final class MemoryPlan {
    private final CompileOptions limits;
    private final boolean reuse;
    private final List<Run> runs = new ArrayList<>();
    private long size;

    private record Run(long offset, long bytes, int from, int to) {}

    /** Creates a plan; without {@code reuse} nothing is shared, so that no wrong lifetime can show. */
    MemoryPlan(CompileOptions limits, boolean reuse) {
        this.limits = limits;
        this.reuse = reuse;
    }

    /** Returns the most rows of a step. */
    int rows(Rows rows) {
        return switch (rows) {
            case TOKENS -> limits.maxTokens();
            case OUTPUTS -> limits.maxOutputs();
            case SEQUENCES -> limits.maxSequences();
        };
    }

    /** Returns the offset of memory for floats {@code [rows, width]} from step {@code from} to step {@code to}, both included. */
    long floats(Rows rows, long width, int from, int to) {
        return bytes(Math.multiplyExact(4L * rows(rows), width), from, to);
    }

    /** Returns the offset of memory from step {@code from} to step {@code to}, both included. */
    long bytes(long bytes, int from, int to) {
        long wanted = Memory.align(Math.max(1, bytes));
        long offset = reuse ? firstFit(wanted, from, to) : size;
        runs.add(new Run(offset, wanted, from, to));
        size = Math.max(size, Math.addExact(offset, wanted));
        return offset;
    }

    private long firstFit(long wanted, int from, int to) {
        List<Run> busy = runs.stream().filter(r -> r.from() <= to && from <= r.to())
                .sorted(Comparator.comparingLong(Run::offset)).toList();
        long offset = 0;
        for (Run run : busy) {
            if (run.offset() - offset >= wanted) {
                return offset;
            }
            offset = Math.max(offset, run.offset() + run.bytes());
        }
        return offset;
    }

    /** Returns the bytes of all. */
    long size() {
        return size;
    }
}
