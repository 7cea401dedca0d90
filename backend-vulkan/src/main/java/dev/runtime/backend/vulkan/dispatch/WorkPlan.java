package dev.runtime.backend.vulkan.dispatch;

import java.util.Map;
import java.util.TreeMap;

/** Gives out runs of one allocation and takes them back, first fit; the allocation is as large as the most that was out at a time. */
final class WorkPlan {
    /** What every device's memory accesses are aligned to. */
    private static final long ALIGNMENT = 256;

    private final TreeMap<Long, Long> free = new TreeMap<>();
    private long size;

    /** Takes a run and returns its offset. */
    long take(long bytes) {
        long wanted = aligned(bytes);
        for (Map.Entry<Long, Long> run : free.entrySet()) {
            // copied, because removing may put another run into the entry
            long offset = run.getKey();
            long length = run.getValue();
            if (length >= wanted) {
                free.remove(offset);
                if (length > wanted) {
                    free.put(offset + wanted, length - wanted);
                }
                return offset;
            }
        }
        Map.Entry<Long, Long> last = free.lastEntry();
        long offset = size;
        if (last != null && last.getKey() + last.getValue() == size) {
            offset = last.getKey();
            free.remove(offset);
        }
        size = Math.addExact(offset, wanted);
        return offset;
    }

    /** Gives a run back. */
    void give(long offset, long bytes) {
        long begin = offset;
        long length = aligned(bytes);
        Map.Entry<Long, Long> before = free.floorEntry(offset);
        if (before != null && before.getKey() + before.getValue() == offset) {
            begin = before.getKey();
            length += before.getValue();
            free.remove(begin);
        }
        Long after = free.remove(offset + aligned(bytes));
        free.put(begin, after == null ? length : length + after);
    }

    /** Returns the bytes of the allocation. */
    long size() {
        return size;
    }

    private static long aligned(long bytes) {
        return Math.addExact(Math.max(1, bytes), ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
}
