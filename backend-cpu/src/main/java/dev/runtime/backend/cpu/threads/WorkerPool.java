package dev.runtime.backend.cpu.threads;

import dev.runtime.backend.cpu.ffi.Affinity;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The threads of one device. The calling thread takes part and waits for the last chunk; each thread has a run of chunks, and takes
 * those of others after them. Waiting threads fetch what comes next, spin shortly, then park.
 *
 * <p>Threads exist while a program does: {@link #acquire} and {@link #release} count programs. Regions of several callers
 * run one after another, so that there is never more than one runnable thread a core.
 */
public final class WorkerPool {
    /** The most chunks of a region. */
    public static final int MAX_CHUNKS = ChunkRanges.MOST;

    private static final int SPINS = 4_000;

    private final int slots;
    private final ReentrantLock region = new ReentrantLock();
    private final ChunkRanges ranges;
    private final AtomicInteger done = new AtomicInteger();
    private Worker[] workers = {};
    private volatile boolean pinned;
    private int programs;
    private volatile Work work;
    private volatile int total;
    private volatile int limit;
    private volatile Thread waiting;
    private volatile Throwable failure;
    private volatile Ahead ahead;
    private volatile int expectations;

    /** Creates a pool without threads; at most {@code slots} will work at a time, the caller included. */
    public WorkerPool(int slots) {
        this.slots = slots;
        ranges = new ChunkRanges(slots);
    }

    /** Returns the most threads that work at a time. */
    public int slots() {
        return slots;
    }

    /** Returns whether a region runs just now. */
    public boolean busy() {
        return region.isLocked();
    }

    /** Counts a program in; the first one starts the threads. */
    public synchronized void acquire() {
        if (programs++ == 0) {
            Worker[] started = new Worker[slots - 1];
            for (int i = 0; i < started.length; i++) {
                started[i] = new Worker(i + 1);
                started[i].start();
            }
            workers = started;
        }
    }

    /**
     * Keeps each thread on a core of its own: the calling one until {@link #unpin}, others from their next region on until there are no
     * programs.
     */
    public void pin() {
        pinned = true;
        Affinity.pin(0);
    }

    /** Lets the calling thread go where it likes; threads that it starts would stay on its core otherwise. */
    public void unpin() {
        Affinity.free();
    }

    /** Counts a program out; after the last one the threads end. */
    public synchronized void release() {
        ahead = null; // which may be of this program
        if (--programs == 0) {
            for (Worker worker : workers) {
                worker.stopped = true;
                LockSupport.unpark(worker);
            }
            workers = new Worker[] {};
            pinned = false;
        }
    }

    /**
     * Returns the chunk with which a thread begins a region, if no other takes it first; that of slot {@code s + 1} is the end of its run.
     *
     * @param chunks chunks of the region
     * @param slot the thread's number
     * @param threads threads of the region, at most {@link #slots}
     */
    public static int firstChunk(int chunks, int slot, int threads) {
        return ChunkRanges.first(chunks, slot, threads);
    }

    /**
     * Runs all chunks and returns when the last has ended. Threads without work fetch what was expected last.
     *
     * @param work what to do
     * @param chunks at most {@link #MAX_CHUNKS}
     * @param threads threads to use, the caller included
     */
    public void run(Work work, int chunks, int threads) {
        if (chunks > MAX_CHUNKS) {
            throw new IllegalArgumentException(chunks + " chunks, at most " + MAX_CHUNKS);
        }
        region.lock();
        try {
            if (chunks <= 1 || threads <= 1 || workers.length == 0) {
                for (int i = 0; i < chunks; i++) {
                    work.run(i, 0);
                }
            } else {
                share(work, chunks, Math.min(threads, slots));
            }
        } finally {
            region.unlock();
        }
    }

    /**
     * Does the same, and has threads without work fetch what comes next.
     *
     * @param next asked for each part once by each thread, at any time until it is replaced, beside what the caller does; null for nothing
     */
    public void run(Work work, int chunks, int threads, Ahead next) {
        region.lock();
        try {
            if (next != ahead) {
                ahead = next;
                expectations++;
            }
            run(work, chunks, threads);
        } finally {
            region.unlock();
        }
    }

    private void share(Work next, int chunks, int threads) {
        failure = null;
        done.set(0);
        work = next;
        total = chunks;
        limit = threads;
        ranges.deal(chunks, threads);
        Worker[] all = workers;
        for (int i = 0; i < threads - 1; i++) {
            if (all[i].parked) {
                LockSupport.unpark(all[i]);
            }
        }
        drain(0);
        awaitDone(chunks);
        work = null;
        Throwable thrown = failure;
        if (thrown != null) {
            throw new IllegalStateException("a chunk of a step failed: " + thrown, thrown);
        }
    }

    private void awaitDone(int chunks) {
        for (int i = 0; done.get() < chunks && i < SPINS; i++) {
            Thread.onSpinWait();
        }
        if (done.get() < chunks) {
            waiting = Thread.currentThread();
            while (done.get() < chunks) {
                LockSupport.park(this);
            }
            waiting = null;
        }
    }

    /** Takes and does chunks until none is left. */
    private void drain(int slot) {
        int threads = limit;
        for (int chunk = ranges.take(slot, threads); chunk != ChunkRanges.NONE; chunk = ranges.take(slot, threads)) {
            // until this chunk is done its region lasts, and with it the work
            try {
                work.run(chunk, slot);
            } catch (Throwable e) {
                failure = e;
            }
            if (done.incrementAndGet() == total) {
                Thread caller = waiting;
                if (caller != null) {
                    LockSupport.unpark(caller);
                }
            }
        }
    }

    private final class Worker extends Thread {
        private final int slot;
        private volatile boolean parked;
        private volatile boolean stopped;
        private boolean placed;
        private int seen;
        private int part = -1;

        Worker(int slot) {
            super("cpu-worker-" + slot);
            this.slot = slot;
            setDaemon(true);
        }

        @Override
        public void run() {
            int idle = 0;
            while (!stopped) {
                if (available()) {
                    if (pinned && !placed) {
                        placed = true;
                        Affinity.pin(slot);
                    }
                    drain(slot);
                    idle = 0;
                } else if (fetch()) {
                    idle = 0;
                } else if (++idle < SPINS) {
                    Thread.onSpinWait();
                } else {
                    parked = true;
                    if (!available() && !stopped) {
                        LockSupport.park(WorkerPool.this);
                    }
                    parked = false;
                    idle = 0;
                }
            }
        }

        /** Fetches a part of what comes next; returns false if it has all. */
        private boolean fetch() {
            int expected = expectations;
            if (expected != seen) {
                seen = expected;
                part = 0;
            }
            Ahead next = ahead;
            if (part < 0 || next == null) {
                return false;
            }
            part = next.fetch(slot, part) ? part + 1 : -1;
            return true;
        }

        private boolean available() {
            int threads = limit;
            return slot < threads && ranges.left(threads);
        }
    }
}
