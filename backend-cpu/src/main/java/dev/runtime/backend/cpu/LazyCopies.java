package dev.runtime.backend.cpu;

import dev.runtime.backend.cpu.ffi.LockedMemory;
import dev.runtime.backend.cpu.threads.Background;
import dev.runtime.backend.cpu.threads.WorkerPool;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes copies of weights while a program is in use, so that its first step waits for none: before each step for a part of the time that
 * the last one took, and without a pause when no step runs.
 */
final class LazyCopies implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(LazyCopies.class.getName());

    /** Before a step copies are made for one part in so many of the time of the last one. */
    private static final int SHARE = 4;

    /** The most time before a step. */
    private static final long MOST_NANOS = 50_000_000;

    /** Steps after the first that map a part each of what has no copy by then: so no step has all the first accesses. */
    private static final int MAPPING_STEPS = 8;

    /** After so long without a step nobody waits for one. */
    private static final long QUIET_NANOS = 5_000_000;

    /** The same before the first step: whoever has the model loaded is likely to ask it something. */
    private static final long FIRST_NANOS = 1_000_000_000;

    private final WeightCopies copies;
    private final WorkerPool pool;
    private final int threads;
    private final ReentrantLock turn = new ReentrantLock();
    private final LockedMemory locked = new LockedMemory();
    private final Optional<Background> packer;
    private boolean left;
    private volatile boolean closed;
    private int steps;
    private long began;
    private long owed;
    private volatile long ended = System.nanoTime() + FIRST_NANOS;

    /** Creates the maker of copies whose memory is there; the pool has threads for as long as this is open. */
    LazyCopies(WeightCopies copies, WorkerPool pool, int threads) {
        this.copies = copies;
        this.pool = pool;
        this.threads = threads;
        left = copies.left();
        packer = left ? Optional.of(new Background("cpu-packer", this::whenIdle)) : Optional.empty();
    }

    /** Begins a step: from now on nothing else runs. */
    void begin() {
        turn.lock();
        if (left) {
            long now = System.nanoTime();
            long until = now + Math.min(owed, MOST_NANOS);
            while (left && now < until) {
                advance();
                now = System.nanoTime();
            }
            if (steps > 0 && steps <= MAPPING_STEPS) {
                copies.map(steps - 1, MAPPING_STEPS);
            }
            steps++;
            began = System.nanoTime();
        }
    }

    /** Ends a step. */
    void end() {
        if (left) {
            ended = System.nanoTime();
            owed = (ended - began) / SHARE;
        }
        turn.unlock();
    }

    /** Makes a slice; a failure ends the copying and no step. */
    private void advance() {
        try {
            copies.advance(pool, threads);
            left = copies.left();
        } catch (IllegalStateException e) {
            left = false;
            LOG.log(Level.WARNING, "weights stay in the order of the file, which is slower: copying them failed", e);
        }
    }

    /**
     * Locks weights until {@link #close}, from now on those that serve: where a copy takes the place of a mapped weight, the copy.
     *
     * @return whether they are locked
     */
    boolean lock(Collection<MemorySegment> weights) {
        turn.lock();
        try {
            return !closed && weights.stream().allMatch(weight -> locked.lock(weight.address(), weight.byteSize())) && copies.lock(locked);
        } finally {
            turn.unlock();
        }
    }

    private void whenIdle() {
        while (!closed) {
            long wait = ended + QUIET_NANOS - System.nanoTime();
            if (wait > 0 || turn.hasQueuedThreads()) {
                LockSupport.parkNanos(Math.max(wait, QUIET_NANOS / 5));
                continue;
            }
            turn.lock();
            try {
                if (!left) {
                    return;
                }
                advance();
            } finally {
                turn.unlock();
            }
        }
    }

    /** Stops, after the slice that is being made; what is not copied stays so. */
    @Override
    public void close() {
        turn.lock();
        left = false;
        closed = true;
        locked.close();
        turn.unlock();
        packer.ifPresent(Background::awaitEnd);
    }
}
