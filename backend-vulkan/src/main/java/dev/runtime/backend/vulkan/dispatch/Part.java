package dev.runtime.backend.vulkan.dispatch;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a program whose dispatches do not wait for each other.
 *
 * @param reads what it reads of the working memory
 * @param writes what it writes
 * @param emission makes the dispatches
 */
public record Part(List<Region> reads, List<Region> writes, Emission emission) {
    /** Makes the dispatches of a step. */
    @FunctionalInterface
    public interface Emission {
        /** Adds the dispatches for a step's size, with at least one row of each kind that matters. */
        void emit(StepSize size, Commands commands);
    }

    /** Copies the lists. */
    public Part {
        reads = List.copyOf(reads);
        writes = List.copyOf(writes);
    }

    /** Adds the dispatches of all parts; a barrier stands where a part needs what an earlier one since the last barrier wrote, or overwrites. */
    public static void record(List<Part> parts, StepSize size, Commands commands) {
        List<Part> sinceBarrier = new ArrayList<>();
        for (Part part : parts) {
            if (sinceBarrier.stream().anyMatch(part::after)) {
                commands.barrier();
                sinceBarrier.clear();
            }
            sinceBarrier.add(part);
            part.emission().emit(size, commands);
        }
    }

    /** Tells whether this part must wait for an earlier one. */
    private boolean after(Part earlier) {
        return overlap(earlier.writes, reads) || overlap(earlier.writes, writes) || overlap(earlier.reads, writes);
    }

    private static boolean overlap(List<Region> some, List<Region> others) {
        for (Region a : some) {
            for (Region b : others) {
                if (a.overlaps(b)) {
                    return true;
                }
            }
        }
        return false;
    }
}
