package dev.runtime.kernel.engine;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.lang.System.Logger.Level;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread of one loaded model. New jobs join between two steps; without jobs the thread is parked.
 *
 * <p>{@link #submit} may be called by any thread, {@link #close} by any but the loop's own.
 */
final class EngineLoop<J> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(EngineLoop.class.getName());

    private final ConcurrentLinkedQueue<J> inbox = new ConcurrentLinkedQueue<>();
    private final LoopWork<J> work;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile boolean ended;

    EngineLoop(String name, LoopWork<J> work) {
        this.work = work;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /**
     * Hands a job over.
     *
     * @throws RuntimeFailure with {@code server.stopping} if the loop has ended
     */
    void submit(J job) {
        if (stopping) {
            throw unloaded();
        }
        inbox.add(job);
        LockSupport.unpark(thread);
        // the loop may have emptied its inbox for the last time just before
        if (ended && inbox.remove(job)) {
            throw unloaded();
        }
    }

    /** Tells whether jobs are done: the thread has not ended. */
    boolean running() {
        return !ended;
    }

    /** Ends the loop after the step under way, fails what is not complete, and waits for the thread. */
    @Override
    public void close() {
        stopping = true;
        LockSupport.unpark(thread);
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!stopping) {
                if (!step() && inbox.isEmpty() && !stopping) {
                    LockSupport.park(this);
                }
            }
        } finally {
            ended = true;
            takeJobs();
            work.abandon(unloaded());
        }
    }

    /** Takes new jobs and does a step. What the work did not catch costs all jobs, but not the thread. */
    private boolean step() {
        try {
            takeJobs();
            return work.step();
        } catch (RuntimeException | Error e) {
            work.abandon(e instanceof OutOfMemoryError ? StepFailure.of(e)
                    : new RuntimeFailure(ErrorCode.INTERNAL, "the engine failed: " + e + "; this is a fault of the runtime", e));
            LOG.log(Level.ERROR, thread.getName() + ": a step failed outside the device; its jobs are given up", e);
            return true;
        }
    }

    private void takeJobs() {
        for (J job = inbox.poll(); job != null; job = inbox.poll()) {
            work.accept(job);
        }
    }

    private static RuntimeFailure unloaded() {
        return new RuntimeFailure(ErrorCode.SERVER_STOPPING, "the model was unloaded before the request was complete; send it again");
    }
}
