package dev.runtime.kernel.schedule;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.kernel.engine.EngineOptions;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Requests whose model is not loaded, served strictly in order by one thread: room is made, the model is loaded, the lease is
 * granted. Fields are guarded by the scheduler's lock.
 */
final class LoadQueue {
    private static final System.Logger LOG = System.getLogger(LoadQueue.class.getName());

    private final Scheduler scheduler;
    private final ModelLoader loader;
    private final Room room;

    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    private Optional<Pending> current = Optional.empty();
    private Optional<Cancellation> loading = Optional.empty();
    private Optional<Thread> worker = Optional.empty();

    LoadQueue(Scheduler scheduler, ModelLoader loader, MemoryPlan memory) {
        this.scheduler = scheduler;
        this.loader = loader;
        this.room = new Room(scheduler, memory);
    }

    /** Adds a request or refuses it; the lock is held. The request being worked on does not count. */
    void add(Pending pending) {
        long places = scheduler.policy.maxQueue() + (working() ? 0L : 1L);
        if (waiting.size() >= places) {
            throw Scheduler.busy();
        }
        waiting.add(pending);
        if (worker.isEmpty()) {
            worker = Optional.of(Thread.ofPlatform().daemon().name("model-loader").start(this::work));
        }
        scheduler.changed.signalAll();
    }

    /** Returns the requests that are not settled; the lock is held. */
    int size() {
        return waiting.size() + (working() ? 1 : 0);
    }

    private boolean working() {
        return current.filter(p -> !p.settled()).isPresent();
    }

    /** Withdraws a request; a load that nobody waits for any more is cancelled. */
    void abandon(Pending pending) {
        Optional<Cancellation> unwanted;
        scheduler.lock.lock();
        try {
            if (pending.settled()) {
                return;
            }
            pending.fail(Scheduler.cancelled());
            waiting.remove(pending);
            unwanted = current.isPresent() && !wanted(current.get()) ? loading : Optional.empty();
            scheduler.changed.signalAll();
        } finally {
            scheduler.lock.unlock();
        }
        unwanted.ifPresent(Cancellation::cancel);
    }

    /** Ends the thread after {@link Scheduler#closed} was set; all who wait fail. The lock is not held. */
    void stop() {
        Optional<Cancellation> unwanted;
        Optional<Thread> thread;
        scheduler.lock.lock();
        try {
            waiting.forEach(p -> p.fail(Scheduler.stopping()));
            waiting.clear();
            current.ifPresent(p -> p.fail(Scheduler.stopping()));
            unwanted = loading;
            thread = worker;
        } finally {
            scheduler.lock.unlock();
        }
        unwanted.ifPresent(Cancellation::cancel);
        thread.ifPresent(LoadQueue::join);
    }

    private void work() {
        for (Optional<Pending> next = next(); next.isPresent(); next = next()) {
            Pending pending = next.get();
            try {
                serve(pending);
            } catch (RuntimeFailure e) {
                fail(pending, e);
            } catch (OutOfMemoryError e) {
                fail(pending, new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "out of memory while loading the model", e));
            } catch (RuntimeException | Error e) {
                LOG.log(System.Logger.Level.ERROR, "loading " + pending.model.info().name() + " failed", e);
                fail(pending, new RuntimeFailure(ErrorCode.MODEL_LOAD_FAILED, "loading the model failed: " + e, e));
            }
        }
    }

    private Optional<Pending> next() {
        scheduler.lock.lock();
        try {
            current = Optional.empty();
            while (waiting.isEmpty() && !scheduler.closed) {
                scheduler.changed.awaitUninterruptibly();
            }
            current = scheduler.closed ? Optional.empty() : Optional.of(waiting.remove());
            return current;
        } finally {
            scheduler.lock.unlock();
        }
    }

    private void serve(Pending pending) {
        while (!served(pending)) {
            Optional<Resident> victim = room.obstacle(pending);
            if (victim.isEmpty()) {
                load(pending);
                return;
            }
            room.evict(victim.get(), pending, () -> wanted(pending));
        }
    }

    /** Waits until unloaded models are out of memory, then grants the request if its model is there; tells whether all is done. */
    private boolean served(Pending pending) {
        scheduler.lock.lock();
        try {
            while (scheduler.unloading > 0) {
                scheduler.changed.awaitUninterruptibly();
            }
            Resident resident = scheduler.residents.get(pending.key);
            boolean there = resident != null && resident.serves(pending.model, pending.options);
            if (there && !pending.settled()) {
                pending.grant(scheduler.lend(resident, pending.keepAlive));
            }
            return there || !wanted(pending);
        } finally {
            scheduler.lock.unlock();
        }
    }

    /** Tells whether anybody waits for this request's model; the lock is held. */
    private boolean wanted(Pending pending) {
        return !pending.settled() || waiting.stream().anyMatch(pending::sameLoad);
    }

    private void load(Pending pending) {
        Cancellation cancellation = new Cancellation();
        scheduler.lock.lock();
        try {
            if (scheduler.closed || !wanted(pending)) {
                return;
            }
            loading = Optional.of(cancellation);
        } finally {
            scheduler.lock.unlock();
        }
        try {
            install(pending, loadInTime(pending, cancellation));
        } finally {
            scheduler.lock.lock();
            loading = Optional.empty();
            scheduler.lock.unlock();
        }
    }

    private Runner loadInTime(Pending pending, Cancellation cancellation) {
        try (LoadLimit limit = new LoadLimit(scheduler.timers, scheduler.policy.loadTimeout(), cancellation)) {
            try {
                return loadWithRoom(pending, cancellation, limit::progress);
            } catch (RuntimeFailure e) {
                throw limit.explain(e);
            }
        }
    }

    /** Loads; if memory is short after all, once more with all other models gone and with the smallest automatic context. */
    private Runner loadWithRoom(Pending pending, Cancellation cancellation, Runnable progress) {
        EngineOptions options = pending.options;
        try {
            return loader.load(pending.model, options, cancellation, progress);
        } catch (RuntimeFailure e) {
            if (e.code() != ErrorCode.OUT_OF_MEMORY && e.code() != ErrorCode.MODEL_TOO_LARGE || cancellation.cancelled()) {
                throw e;
            }
            boolean evicted = room.evictAll(pending, () -> wanted(pending));
            if (!evicted && options.contextLength() != 0) {
                throw e;
            }
            LOG.log(System.Logger.Level.WARNING, "out of memory while loading {0}: trying once more{1}", pending.model.info().name(),
                    evicted ? " without the other models" : " with a context of " + Resident.AUTOMATIC_CONTEXT);
            return loader.load(pending.model, evicted ? options : options.withContext(Resident.AUTOMATIC_CONTEXT), cancellation, progress);
        }
    }

    private void install(Pending pending, Runner runner) {
        scheduler.lock.lock();
        try {
            Resident resident =
                    new Resident(pending.key, pending.model, pending.options, runner, scheduler.policy.keepAlive());
            scheduler.residents.put(pending.key, resident);
            if (!pending.settled()) {
                pending.grant(scheduler.lend(resident, pending.keepAlive));
            } else {
                scheduler.settle(resident);
            }
        } finally {
            scheduler.lock.unlock();
        }
    }

    /** Fails a request and all others that wait for the same load, unless the load was only cancelled. */
    private void fail(Pending pending, RuntimeFailure failure) {
        scheduler.lock.lock();
        try {
            if (failure.code() != ErrorCode.REQUEST_CANCELLED) {
                waiting.stream().filter(pending::sameLoad).forEach(p -> p.fail(failure));
                waiting.removeIf(Pending::settled);
            }
            if (!pending.settled()) {
                pending.fail(failure);
            }
        } finally {
            scheduler.lock.unlock();
        }
    }

    private static void join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
