package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A scheduler whose clock, memory and loads are what a test says. */
@Timeout(60)
abstract class SchedulerFixture {
    static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    static final KeepAlive UNCHANGED = new KeepAlive.Unchanged();

    final FakeTimers timers = new FakeTimers();
    final List<String> loads = Collections.synchronizedList(new ArrayList<>());
    final List<String> unloads = Collections.synchronizedList(new ArrayList<>());
    volatile ModelLoader loader = (model, options, cancellation, progress) ->
            new FakeRunner(options.contextLength() == 0 ? 4096 : options.contextLength());
    volatile boolean fits = true;
    volatile int gpus;
    Scheduler scheduler;

    @AfterEach
    void close() {
        if (scheduler != null) {
            scheduler.close();
            assertTrue(timers.closed);
            assertTrue(scheduler.loaded().isEmpty());
        }
    }

    void open(int maxLoaded, int maxQueue) {
        ModelLoader counted = (model, options, cancellation, progress) -> {
            loads.add(model.info().name());
            return loader.load(model, options, cancellation, progress);
        };
        scheduler = new Scheduler(new SchedulePolicy(maxLoaded, maxQueue, FIVE_MINUTES, FIVE_MINUTES), counted,
                new MemoryPlan() {
                    @Override
                    public boolean fits(StoredModel model, EngineOptions options) {
                        return fits;
                    }

                    @Override
                    public int gpus() {
                        return gpus;
                    }
                }, timers, event -> {
                    if (event instanceof RuntimeEvent.ModelUnloaded gone) {
                        unloads.add(gone.model() + " " + gone.reason());
                    }
                });
    }

    Lease acquire(String name) {
        return acquire(name, UNCHANGED);
    }

    Lease acquire(String name, KeepAlive keepAlive) {
        return scheduler.acquire(StoredModels.named(name), EngineOptions.AUTOMATIC, keepAlive, Cancellation.none());
    }

    Runner use(String name, EngineOptions options) {
        try (Lease lease = scheduler.acquire(StoredModels.named(name), options, UNCHANGED, Cancellation.none())) {
            return lease.runner();
        }
    }

    CompletableFuture<Lease> later(String name) {
        return later(name, EngineOptions.AUTOMATIC, Cancellation.none());
    }

    CompletableFuture<Lease> later(String name, EngineOptions options, Cancellation cancellation) {
        return CompletableFuture.supplyAsync(
                () -> scheduler.acquire(StoredModels.named(name), options, UNCHANGED, cancellation), Thread::startVirtualThread);
    }

    List<String> names() {
        return scheduler.loaded().stream().map(LoadedModel::info).map(i -> i.name()).toList();
    }

    static EngineOptions context(int length) {
        return EngineOptions.AUTOMATIC.withContext(length);
    }

    static RuntimeFailure failure(CompletableFuture<Lease> request) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> request.get(30, TimeUnit.SECONDS));
        return (RuntimeFailure) (e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause());
    }

    /** Lets loads wait until the latch is counted down or they are cancelled. */
    CountDownLatch holdLoads() {
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation, progress) -> {
            hold(go, cancellation);
            return new FakeRunner(4096);
        };
        return go;
    }

    /** Waits as a long load does: until a test says so or the load is cancelled. */
    static void hold(CountDownLatch latch, Cancellation cancellation) {
        cancellation.onCancel(latch::countDown);
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static void awaitTrue(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("timed out");
            }
            Thread.yield();
        }
    }
}
