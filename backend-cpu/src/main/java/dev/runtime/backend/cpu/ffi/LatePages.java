package dev.runtime.backend.cpu.ffi;

import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.threads.Background;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Zeroed memory whose pages a thread of its own makes, so that a load does not wait for them, nor a step later; slowly while steps run.
 * Whoever is first at a page has it made as ever, a small one in the first seconds: a short prompt touches little of each large one. What is promised and not made yet counts as taken ({@link #missing}), so that the next
 * model does not get it too.
 *
 * <p>Closed before the memory goes: nothing is made after {@link #close}.
 */
public final class LatePages implements AutoCloseable {
    private static final long SLICE = 4L << 20;

    /** The time for steps after each slice. */
    private static final long PAUSE_MILLIS = 50;

    /** The time in which a load, and the first step after it, have the cores for themselves. */
    private static final long FIRST_MILLIS = 3_000;

    private static final AtomicLong MISSING = new AtomicLong();

    private final MemorySegment memory;
    private final BooleanSupplier busy;
    private final ReentrantLock turn = new ReentrantLock();
    private final Condition closing = turn.newCondition();
    private final LockedMemory locked = new LockedMemory();
    private final Background maker;
    private long made;
    private boolean closed;

    /**
     * Allocates and starts to make pages.
     *
     * @param arena how long the memory lives
     * @param bytes its size; at least a line is allocated
     * @param busy whether a step runs
     * @throws OutOfMemoryError if there are not so many addresses
     */
    public LatePages(Arena arena, long bytes, BooleanSupplier busy) {
        this.busy = busy;
        memory = Pages.allocate(arena, Math.max(bytes, Memory.ALIGNMENT));
        MISSING.addAndGet(memory.byteSize());
        maker = new Background("cpu-pages", this::make);
    }

    /** Returns the bytes of the process that are promised and not made yet; more where a step was first at a page. */
    public static long missing() {
        return MISSING.get();
    }

    /** Returns the memory, aligned to a line at least. */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Locks the memory until {@link #close}.
     *
     * @return whether it is locked
     */
    public boolean lock() {
        turn.lock();
        try {
            return !closed && locked.lock(memory.address(), memory.byteSize());
        } finally {
            turn.unlock();
        }
    }

    private void make() {
        turn.lock();
        try {
            if (!closed) {
                closing.await(FIRST_MILLIS, TimeUnit.MILLISECONDS);
            }
            if (!closed) {
                Pages.enlarge(memory);
            }
            while (!closed && made < memory.byteSize()) {
                long bytes = Math.min(SLICE, memory.byteSize() - made);
                Pages.populate(memory.address() + made, bytes);
                made += bytes;
                MISSING.addAndGet(-bytes);
                if (busy.getAsBoolean()) {
                    closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            turn.unlock();
        }
    }

    /** Waits for the slice that is being made, and ends. */
    @Override
    public void close() {
        turn.lock();
        try {
            if (!closed) {
                closed = true;
                locked.close();
                MISSING.addAndGet(made - memory.byteSize());
                closing.signal();
            }
        } finally {
            turn.unlock();
        }
        maker.awaitEnd();
    }
}
