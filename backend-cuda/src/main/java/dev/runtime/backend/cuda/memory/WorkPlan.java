package dev.runtime.backend.cuda.memory;

import java.util.ArrayList;
import java.util.List;

/**
 * Lays out the working memory of a program, node after node: memory is given back when its last reader is behind, and the first gap that is
 * large enough is taken.
 */
public final class WorkPlan {
    private static final long ALIGNMENT = 256;

    private final List<Run> taken = new ArrayList<>();
    private long size;

    private record Run(long offset, long end, int last) {}

    /** Gives back what nodes before this one read last. */
    public void begin(int node) {
        taken.removeIf(run -> run.last < node);
    }

    /** Returns the offset of memory that node {@code last} is the last to use. */
    public long bytes(long bytes, int last) {
        long wanted = Math.addExact(Math.max(1, bytes), ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
        long offset = 0;
        int place = 0;
        while (place < taken.size() && taken.get(place).offset - offset < wanted) {
            offset = taken.get(place).end;
            place++;
        }
        taken.add(place, new Run(offset, Math.addExact(offset, wanted), last));
        size = Math.max(size, offset + wanted);
        return offset;
    }

    /** Returns the bytes of all. */
    public long size() {
        return size;
    }
}
