package dev.runtime.backend.cpu.threads;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The chunks of a region, dealt out in one run for each thread. A thread takes its own from the front, so that it reads memory as one
 * stream and what it asks for ahead is its own; when they are gone it takes those of others from the back, so that a slow thread does fewer.
 *
 * <p>A range is one {@code long}: the number of the region (32 bits), its end (16) and its next chunk (16). A chunk is taken by
 * compare-and-set of all three, so a thread that wakes late never takes a chunk of a region that has ended.
 */
final class ChunkRanges {
    /** No chunk is left. */
    static final int NONE = -1;

    /** The most chunks of a region. */
    static final int MOST = 0xFFFF;

    /** In longs: two ranges are in no line of a cache together. */
    private static final int STRIDE = 16;

    private final AtomicLongArray ranges;
    private long region;

    /** Creates empty ranges for so many threads. */
    ChunkRanges(int threads) {
        ranges = new AtomicLongArray(threads * STRIDE);
    }

    /** Begins a region; the last one has ended. For one thread at a time; what it wrote before is seen by who takes a chunk. */
    void deal(int chunks, int threads) {
        region++;
        for (int i = 0; i < threads; i++) {
            long from = first(chunks, i, threads);
            long to = first(chunks, i + 1, threads);
            ranges.set(i * STRIDE, region << 32 | to << 16 | from);
        }
    }

    /** Returns the first chunk of a thread. */
    static int first(int chunks, int thread, int threads) {
        return (int) ((long) chunks * thread / threads);
    }

    /** Returns whether a chunk is left in the ranges of the first {@code threads} threads. */
    boolean left(int threads) {
        for (int i = 0; i < threads; i++) {
            long range = ranges.get(i * STRIDE);
            if (next(range) < end(range)) {
                return true;
            }
        }
        return false;
    }

    /** Takes a chunk for a thread; returns its number or {@link #NONE}. */
    int take(int thread, int threads) {
        int own = thread * STRIDE;
        for (long range = ranges.get(own); next(range) < end(range); range = ranges.get(own)) {
            if (ranges.compareAndSet(own, range, range + 1)) {
                return next(range);
            }
        }
        for (int i = 1; i < threads; i++) {
            int other = (thread + i) % threads * STRIDE;
            for (long range = ranges.get(other); next(range) < end(range); range = ranges.get(other)) {
                if (ranges.compareAndSet(other, range, range - (1 << 16))) {
                    return end(range) - 1;
                }
            }
        }
        return NONE;
    }

    private static int next(long range) {
        return (int) range & MOST;
    }

    private static int end(long range) {
        return (int) (range >>> 16) & MOST;
    }
}
