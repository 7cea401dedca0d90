package dev.runtime.kernel.schedule;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Keeps models in memory and lends them out. Safe for use by many threads; {@link #acquire} blocks.
 *
 * <p>Start reading at {@link #acquire} for a request's side and at {@link LoadQueue} for the thread that loads.
 */
public final class Scheduler implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Scheduler.class.getName());

    private static final Duration LONGEST_UNLOAD = Duration.ofSeconds(10);

    /** Guards everything below and all residents. */
    final ReentrantLock lock = new ReentrantLock();
    /** Signalled when a request, a resident or the state of loading changed. */
    final Condition changed = lock.newCondition();

    final SchedulePolicy policy;
    final Timers timers;
    final Map<String, Resident> residents = new LinkedHashMap<>();
    boolean closed;
    /** Models that are out of the map and not yet out of memory. */
    int unloading;

    private final Consumer<RuntimeEvent> events;
    private final LoadQueue queue;

    /**
     * Creates a scheduler; no thread runs before the first load.
     *
     * @param timers closed with this
     * @param events told of models that go; who loads tells of those that come
     */
    public Scheduler(SchedulePolicy policy, ModelLoader loader, MemoryPlan memory, Timers timers, Consumer<RuntimeEvent> events) {
        this.policy = policy;
        this.timers = timers;
        this.events = events;
        this.queue = new LoadQueue(this, loader, memory);
    }

    /**
     * Lends a model, after loading it if need be.
     *
     * @param keepAlive how long it stays once idle, also for later requests that do not say
     * @return closed by the caller
     * @throws RuntimeFailure with {@code server.busy} if too many wait for loading or for this model, with {@code request.cancelled} after
     *     cancellation, with {@code server.stopping} after {@link #close}, or with the reason why the model cannot be loaded
     */
    public Lease acquire(StoredModel model, EngineOptions options, KeepAlive keepAlive, Cancellation cancellation) {
        cancellation.check();
        Pending pending;
        lock.lock();
        try {
            requireOpen();
            Resident resident = residents.get(Resident.key(model));
            if (resident != null && resident.serves(model, options)) {
                if (resident.users - resident.runner.parallel() >= policy.maxQueue()) {
                    throw busy();
                }
                return lend(resident, keepAlive);
            }
            pending = new Pending(model, options, keepAlive);
            queue.add(pending);
        } finally {
            lock.unlock();
        }
        cancellation.onCancel(() -> queue.abandon(pending));
        try {
            return pending.await();
        } catch (InterruptedException e) {
            queue.abandon(pending);
            pending.discard();
            Thread.currentThread().interrupt();
            throw cancelled();
        }
    }

    /**
     * Unloads a model as soon as it is idle; does nothing if it is not loaded. Until then it serves new requests, and one that
     * brings a keep-alive of its own makes it stay.
     */
    public void unload(StoredModel model) {
        expel(resident -> resident.key.equals(Resident.key(model)), "unloaded");
    }

    /** Unloads the model of a weight file as soon as it is idle; does nothing if it is not loaded. */
    public void unload(Path weights) {
        expel(resident -> resident.key.equals(weights.toString()), "deleted");
    }

    /** Unloads every model as soon as it is idle, as after running out of memory. */
    public void unloadAll(String reason) {
        expel(resident -> true, reason);
    }

    private void expel(Predicate<Resident> which, String reason) {
        List<Resident> gone = new ArrayList<>();
        lock.lock();
        try {
            for (Resident resident : List.copyOf(residents.values())) {
                if (which.test(resident)) {
                    resident.keepAlive = Duration.ZERO;
                    resident.stopping = true;
                    if (resident.idle() && !resident.claimed && remove(resident)) {
                        gone.add(resident);
                    }
                }
            }
        } finally {
            lock.unlock();
        }
        gone.forEach(resident -> dispose(resident, reason));
    }

    /** Returns the loaded models, the longest remaining life first. */
    public List<LoadedModel> loaded() {
        lock.lock();
        try {
            var now = timers.now();
            return residents.values().stream().filter(r -> r.runner.open()).map(r -> r.snapshot(now, r.users))
                    .sorted(Comparator.comparing(LoadedModel::expires).reversed().thenComparing(m -> m.info().name())).toList();
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of requests that wait for loading, with the one being worked on. */
    public int waiting() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    /** Unloads everything; requests that wait or run fail with {@code server.stopping}. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        queue.stop();
        timers.close();
        List<Resident> left;
        lock.lock();
        try {
            left = List.copyOf(residents.values());
            left.forEach(this::remove);
        } finally {
            lock.unlock();
        }
        left.forEach(resident -> dispose(resident, "shutdown"));
        awaitUnloads();
    }

    /** Waits for models that other threads are unloading, so that devices can be closed after this; not for ever for one that hangs. */
    private void awaitUnloads() {
        lock.lock();
        try {
            long nanos = LONGEST_UNLOAD.toNanos();
            while (unloading > 0 && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Counts one more user; the lock is held. */
    Lease lend(Resident resident, KeepAlive keepAlive) {
        resident.silence();
        resident.keep(keepAlive);
        resident.users++;
        resident.uses++;
        return new Lease(this, resident);
    }

    void release(Resident resident) {
        boolean gone;
        lock.lock();
        try {
            resident.users--;
            gone = resident.idle() && settle(resident);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (gone) {
            dispose(resident, "failed");
        }
    }

    LoadedModel describe(Resident resident) {
        lock.lock();
        try {
            return resident.snapshot(timers.now(), resident.users - 1);
        } finally {
            lock.unlock();
        }
    }

    void retire(Resident resident) {
        lock.lock();
        try {
            resident.leaving = true;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Decides what becomes of a model that is idle now; the lock is held.
     *
     * @return whether the caller has to dispose of it, after releasing the lock
     */
    boolean settle(Resident resident) {
        if (resident.claimed || residents.get(resident.key) != resident) {
            return false;
        }
        if (resident.leaving) {
            return remove(resident);
        }
        Instant until = resident.stays() ? Instant.MAX : Resident.until(timers.now(), resident.keepAlive);
        int use = resident.uses;
        resident.alarm(until, until.equals(Instant.MAX) ? () -> {} : timers.after(resident.keepAlive, () -> expire(resident, use)));
        return false;
    }

    /** Takes a model out of the map, so that the caller has to dispose of it; the lock is held. */
    boolean remove(Resident resident) {
        if (!residents.remove(resident.key, resident)) {
            return false;
        }
        resident.silence();
        unloading++;
        return true;
    }

    /** Frees a removed model's memory; the lock is not held. */
    void dispose(Resident resident, String reason) {
        try {
            resident.runner.close();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "unloading " + resident.model.info().name() + " failed; its memory may stay in use", e);
        } finally {
            lock.lock();
            try {
                unloading--;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
        events.accept(new RuntimeEvent.ModelUnloaded(resident.model.info().name(), reason));
    }

    private void expire(Resident resident, int use) {
        lock.lock();
        try {
            if (!resident.idle() || resident.uses != use || resident.claimed || !remove(resident)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        dispose(resident, "expired");
    }

    private void requireOpen() {
        if (closed) {
            throw stopping();
        }
    }

    static RuntimeFailure cancelled() {
        return new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "request canceled");
    }

    static RuntimeFailure busy() {
        return new RuntimeFailure(ErrorCode.SERVER_BUSY, "server busy, please try again.  maximum pending requests exceeded");
    }

    static RuntimeFailure stopping() {
        return new RuntimeFailure(ErrorCode.SERVER_STOPPING, "the runtime is shutting down");
    }
}
