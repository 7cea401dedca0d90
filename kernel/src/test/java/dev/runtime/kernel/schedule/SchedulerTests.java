package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SchedulerTests {
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
    private static final KeepAlive UNCHANGED = new KeepAlive.Unchanged();

    private final FakeTimers timers = new FakeTimers();
    private final List<String> loads = Collections.synchronizedList(new ArrayList<>());
    private final List<String> unloads = Collections.synchronizedList(new ArrayList<>());
    private volatile ModelLoader loader = (model, options, cancellation) ->
            new FakeRunner(options.contextLength() == 0 ? 4096 : options.contextLength());
    private volatile boolean fits = true;
    private Scheduler scheduler;

    @AfterEach
    void close() {
        if (scheduler != null) {
            scheduler.close();
            assertTrue(timers.closed);
            assertTrue(scheduler.loaded().isEmpty());
        }
    }

    // keep-alive

    @Test
    void idleModelLeavesAfterItsKeepAlive() {
        open(3, 512);
        acquire("a").close();
        timers.advance(FIVE_MINUTES.minusSeconds(1));
        assertEquals(List.of("a"), names());
        timers.advance(Duration.ofSeconds(1));
        assertEquals(List.of(), names());
        assertEquals(List.of("a expired"), unloads);
    }

    @Test
    void keepAliveCountsFromTheEndOfTheLastUse() {
        open(3, 512);
        acquire("a").close();
        timers.advance(Duration.ofMinutes(4));
        Lease second = acquire("a");
        assertEquals(0, timers.pending(), "no alarm while in use");
        timers.advance(Duration.ofHours(1));
        assertEquals(List.of("a"), names());
        Instant end = timers.now();
        second.close();
        assertEquals(end.plus(FIVE_MINUTES), scheduler.loaded().getFirst().expires());
        timers.advance(FIVE_MINUTES);
        assertEquals(List.of(), names());
        assertEquals(List.of("a"), loads);
    }

    @Test
    void givenKeepAliveStaysForLaterRequests() {
        open(3, 512);
        acquire("a", new KeepAlive.For(Duration.ofSeconds(30))).close();
        acquire("a").close();
        timers.advance(Duration.ofSeconds(30));
        assertEquals(List.of(), names());

        acquire("a", new KeepAlive.Forever()).close();
        assertEquals(Instant.MAX, scheduler.loaded().getFirst().expires());
        timers.advance(Duration.ofDays(10_000));
        assertEquals(List.of("a"), names());
    }

    @Test
    void zeroUnloadsAfterTheRequest() {
        open(3, 512);
        Lease lease = acquire("a", new KeepAlive.For(Duration.ZERO));
        timers.advance(Duration.ZERO);
        assertEquals(List.of("a"), names());
        lease.close();
        timers.advance(Duration.ZERO);
        assertEquals(List.of(), names());
        assertTrue(((FakeRunner) lease.runner()).closed);
    }

    @Test
    void absurdKeepAliveIsForEver() {
        open(3, 512);
        acquire("a", new KeepAlive.For(Duration.ofSeconds(Long.MAX_VALUE))).close();
        assertEquals(Instant.MAX, scheduler.loaded().getFirst().expires());
    }

    @Test
    void listsTheLongestLifeFirst() {
        open(3, 512);
        acquire("a", new KeepAlive.For(Duration.ofSeconds(10))).close();
        acquire("b", new KeepAlive.Forever()).close();
        acquire("c").close();
        assertEquals(List.of("b", "c", "a"), names());
    }

    // unloading

    @Test
    void unloadWaitsForTheLastUserAndServesOthersMeanwhile() {
        open(3, 512);
        Lease first = acquire("a");
        scheduler.unload(StoredModels.named("a"));
        assertEquals(timers.now(), scheduler.loaded().getFirst().expires());
        Lease second = acquire("a");
        assertSame(first.runner(), second.runner());
        first.close();
        second.close();
        timers.advance(Duration.ZERO);
        assertEquals(List.of(), names());
        assertEquals(List.of("a"), loads);
    }

    @Test
    void unloadOfAnIdleModelIsDoneWhenItReturns() {
        open(3, 512);
        acquire("a").close();
        scheduler.unload(StoredModels.named("a"));
        scheduler.unload(StoredModels.named("never loaded"));
        assertEquals(List.of(), names());
        assertEquals(List.of("a unloaded"), unloads);
    }

    @Test
    void keepAliveOfANewRequestSavesAModelFromUnloading() {
        open(3, 512);
        Lease first = acquire("a");
        scheduler.unload(StoredModels.named("a"));
        acquire("a", new KeepAlive.For(FIVE_MINUTES)).close();
        first.close();
        timers.advance(Duration.ZERO);
        assertEquals(List.of("a"), names());
    }

    @Test
    void brokenModelIsLoadedAfresh() {
        open(3, 512);
        Lease first = acquire("a");
        first.broken();
        first.close();
        assertEquals(List.of("a failed"), unloads);
        Lease second = acquire("a");
        assertNotSame(first.runner(), second.runner());
        second.close();
        assertEquals(List.of("a", "a"), loads);
    }

    @Test
    void modelThatClosedItselfIsLoadedAfresh() {
        open(3, 512);
        Lease first = acquire("a");
        first.runner().close();
        first.close();
        try (Lease second = acquire("a")) {
            assertNotSame(first.runner(), second.runner());
        }
    }

    // eviction

    @Test
    void evictsTheIdleModelWithTheShortestLifeSpan() {
        open(3, 512);
        acquire("A").close();
        acquire("B", new KeepAlive.Forever()).close();
        Lease c = acquire("C", new KeepAlive.For(Duration.ofSeconds(30)));
        acquire("D").close();
        assertEquals(List.of("A evicted"), unloads);
        c.close();
    }

    @Test
    void evictsAnIdleModelThatWouldStayForEverBeforeABusyOne() {
        open(3, 512);
        Lease a = acquire("A");
        acquire("B", new KeepAlive.Forever()).close();
        Lease c = acquire("C", new KeepAlive.For(Duration.ofSeconds(30)));
        acquire("D").close();
        assertEquals(List.of("B evicted"), unloads);
        a.close();
        c.close();
    }

    @Test
    void waitsForTheFirstInOrderIfAllAreBusyAndServesTheOthersMeanwhile() throws Exception {
        open(3, 512);
        Lease a = acquire("A");
        Lease b = acquire("B", new KeepAlive.Forever());
        Lease c = acquire("C", new KeepAlive.For(Duration.ofSeconds(30)));
        CompletableFuture<Lease> d = later("D");
        awaitTrue(() -> scheduler.loaded().stream().anyMatch(m -> m.expires().equals(timers.now())));
        acquire("A").close();
        acquire("B").close();
        a.close();
        b.close();
        assertFalse(d.isDone(), "nobody is evicted while in use");
        c.close();
        d.get().close();
        assertEquals(List.of("C evicted"), unloads);
    }

    @Test
    void modelThatWasToMakeRoomStaysIfTheRequestIsWithdrawn() throws Exception {
        open(1, 512);
        Lease a = acquire("A");
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Lease> b = later("B", EngineOptions.AUTOMATIC, cancellation);
        awaitTrue(() -> scheduler.loaded().getFirst().expires().equals(timers.now()));
        cancellation.cancel();
        assertEquals(ErrorCode.REQUEST_CANCELLED, failure(b).code());
        awaitTrue(() -> scheduler.loaded().getFirst().expires().isAfter(timers.now()));
        acquire("A").close();
        a.close();
        assertEquals(List.of("A"), names());
        assertEquals(List.of(), unloads);
        timers.advance(FIVE_MINUTES);
        assertEquals(List.of(), names());
    }

    @Test
    void evictsUntilTheNewModelFits() {
        open(10, 512);
        acquire("A").close();
        acquire("B").close();
        acquire("C", new KeepAlive.For(Duration.ofSeconds(1))).close();
        fits = false;
        acquire("D").close();
        assertEquals(List.of("C evicted", "A evicted", "B evicted"), unloads);
        assertEquals(List.of("D"), names());
    }

    @Test
    void shortOfMemoryAfterAllItTriesOnceMoreAlone() {
        open(10, 512);
        acquire("A").close();
        List<Integer> attempts = new ArrayList<>();
        loader = (model, options, cancellation) -> {
            attempts.add(scheduler.loaded().size());
            if (attempts.size() == 1) {
                throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "no room");
            }
            return new FakeRunner(4096);
        };
        acquire("B").close();
        assertEquals(List.of(1, 0), attempts);
        assertEquals(List.of("A evicted"), unloads);
    }

    @Test
    void secondFailureOfMemoryIsReported() {
        open(10, 512);
        List<Integer> contexts = new ArrayList<>();
        loader = (model, options, cancellation) -> {
            contexts.add(options.contextLength());
            throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "no room");
        };
        assertEquals(ErrorCode.OUT_OF_MEMORY, assertThrows(RuntimeFailure.class, () -> acquire("A")).code());
        assertEquals(List.of(0, 4096), contexts, "once more with the smallest automatic context");
        assertEquals(0, scheduler.waiting());
    }

    // reload

    @Test
    void longerContextIsLoadedAgainAShorterOneIsNot() {
        open(3, 512);
        Runner small = use("a", context(2048));
        Runner large = use("a", context(4096));
        assertNotSame(small, large);
        assertSame(large, use("a", context(2048)));
        assertSame(large, use("a", context(0)));
        assertEquals(List.of("a reloaded"), unloads);
    }

    @Test
    void contextBeyondTrainingIsTheSameAsTheTrainingLength() {
        open(3, 512);
        loader = (model, options, cancellation) -> new FakeRunner(8192);
        Runner first = use("a", context(8192));
        assertSame(first, use("a", context(1_000_000)));
    }

    @Test
    void automaticContextIsNotServedByAShorterOne() {
        open(3, 512);
        Runner small = use("a", context(512));
        assertNotSame(small, use("a", context(0)));
    }

    @Test
    void batchThreadsAndDeviceAreLoadedAgain() {
        open(3, 512);
        use("a", EngineOptions.AUTOMATIC);
        use("a", new EngineOptions(0, 256, 0, 0, Optional.empty(), EngineOptions.AUTOMATIC.kvType()));
        use("a", new EngineOptions(0, 256, 0, 2, Optional.empty(), EngineOptions.AUTOMATIC.kvType()));
        use("a", new EngineOptions(0, 256, 0, 2, Optional.of("other"), EngineOptions.AUTOMATIC.kvType()));
        assertEquals(4, loads.size());
        use("a", new EngineOptions(0, 256, 0, 2, Optional.of("fake:0"), EngineOptions.AUTOMATIC.kvType()));
        assertEquals(4, loads.size(), "the device that it runs on already");
    }

    @Test
    void twoNamesOfTheSameWeightsShareOneLoad() {
        open(3, 512);
        StoredModel one = StoredModels.named("one");
        StoredModel two = StoredModels.of("two", one.weights().toString(), one.info().capabilities(), one.system(), one.parameters(),
                one.messages());
        Lease first = scheduler.acquire(one, EngineOptions.AUTOMATIC, UNCHANGED, Cancellation.none());
        Lease second = scheduler.acquire(two, EngineOptions.AUTOMATIC, UNCHANGED, Cancellation.none());
        assertSame(first.runner(), second.runner());
        first.close();
        second.close();
    }

    // queue and concurrency

    @Test
    void eightRequestsForOneModelLoadItOnce() throws Exception {
        open(3, 512);
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(go, cancellation);
            return new FakeRunner(4096);
        };
        List<CompletableFuture<Lease>> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(later("a"));
        }
        awaitTrue(() -> scheduler.waiting() == 8);
        go.countDown();
        Runner runner = all.getFirst().get().runner();
        for (CompletableFuture<Lease> lease : all) {
            assertSame(runner, lease.get().runner());
        }
        assertEquals(8, scheduler.loaded().getFirst().active());
        for (CompletableFuture<Lease> lease : all) {
            lease.get().close();
        }
        assertEquals(0, scheduler.loaded().getFirst().active());
        assertEquals(List.of("a"), loads);
    }

    @Test
    void fullQueueRefusesButLoadedModelsAreServed() throws Exception {
        open(3, 1);
        acquire("loaded").close();
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(go, cancellation);
            return new FakeRunner(4096);
        };
        CompletableFuture<Lease> first = later("a");
        awaitTrue(() -> scheduler.waiting() == 1);
        CompletableFuture<Lease> second = later("b");
        awaitTrue(() -> scheduler.waiting() == 2);
        RuntimeFailure busy = assertThrows(RuntimeFailure.class, () -> acquire("c"));
        assertEquals(ErrorCode.SERVER_BUSY, busy.code());
        assertEquals("server busy, please try again.  maximum pending requests exceeded", busy.getMessage());
        acquire("loaded").close();
        go.countDown();
        first.get().close();
        second.get().close();
        acquire("c").close();
    }

    @Test
    void withoutAQueueOneRequestAtATimeMayLoad() throws Exception {
        open(3, 0);
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(go, cancellation);
            return new FakeRunner(4096);
        };
        CompletableFuture<Lease> first = later("a");
        awaitTrue(() -> scheduler.waiting() == 1);
        assertEquals(ErrorCode.SERVER_BUSY, assertThrows(RuntimeFailure.class, () -> acquire("b")).code());
        go.countDown();
        first.get().close();
    }

    @Test
    void loadsInTheOrderOfArrivalOneAtATime() throws Exception {
        open(10, 512);
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(go, cancellation);
            return new FakeRunner(4096);
        };
        List<CompletableFuture<Lease>> all = new ArrayList<>();
        List<String> order = List.of("d", "a", "c", "b");
        for (String name : order) {
            all.add(later(name));
            awaitTrue(() -> scheduler.waiting() == all.size());
        }
        awaitTrue(() -> !loads.isEmpty());
        assertEquals(List.of("d"), loads);
        go.countDown();
        for (CompletableFuture<Lease> lease : all) {
            lease.get().close();
        }
        assertEquals(order, loads);
    }

    @Test
    void manyThreadsNeverUseAModelThatIsClosed() throws Exception {
        open(2, 512);
        List<String> wrong = Collections.synchronizedList(new ArrayList<>());
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int t = 0; t < 16; t++) {
                int seed = t;
                executor.submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        try (Lease lease = acquire("m" + (seed * 31 + i * 7) % 4)) {
                            if (!lease.runner().open()) {
                                wrong.add("closed while lent");
                            }
                        } catch (RuntimeException e) {
                            wrong.add(e.toString());
                        }
                    }
                });
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(scheduler.loaded().size() <= 2);
        assertTrue(scheduler.loaded().stream().allMatch(m -> m.active() == 0));
    }

    // failure and cancellation

    @Test
    void failureReachesAllWhoWaitForTheModelAndNobodyElse() throws Exception {
        open(3, 512);
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(go, cancellation);
            if (model.info().name().equals("bad")) {
                throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "truncated");
            }
            return new FakeRunner(4096);
        };
        CompletableFuture<Lease> first = later("bad");
        awaitTrue(() -> scheduler.waiting() == 1);
        CompletableFuture<Lease> good = later("good");
        awaitTrue(() -> scheduler.waiting() == 2);
        CompletableFuture<Lease> second = later("bad");
        awaitTrue(() -> scheduler.waiting() == 3);
        go.countDown();
        assertEquals(ErrorCode.MODEL_FILE_INVALID, failure(first).code());
        assertEquals("truncated", failure(second).getMessage());
        good.get().close();
        assertEquals(List.of("bad", "good"), loads);
    }

    @Test
    void bugOfALoaderIsAFailedLoadAndTheNextOneWorks() {
        open(3, 512);
        loader = (model, options, cancellation) -> {
            throw new IllegalStateException("bug");
        };
        assertEquals(ErrorCode.MODEL_LOAD_FAILED, assertThrows(RuntimeFailure.class, () -> acquire("a")).code());
        loader = (model, options, cancellation) -> new FakeRunner(4096);
        acquire("a").close();
    }

    @Test
    void cancelledWhileWaitingItLeavesTheQueue() throws Exception {
        open(3, 512);
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(go, cancellation);
            return new FakeRunner(4096);
        };
        CompletableFuture<Lease> first = later("a");
        awaitTrue(() -> scheduler.waiting() == 1);
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Lease> second = later("b", EngineOptions.AUTOMATIC, cancellation);
        awaitTrue(() -> scheduler.waiting() == 2);
        cancellation.cancel();
        assertEquals(ErrorCode.REQUEST_CANCELLED, failure(second).code());
        assertEquals(1, scheduler.waiting());
        go.countDown();
        first.get().close();
        acquire("c").close();
        assertEquals(List.of("a", "c"), loads);
    }

    @Test
    void cancelledWhileLoadingTheLoadIsAborted() throws Exception {
        open(3, 512);
        CountDownLatch aborted = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(aborted, cancellation);
            cancellation.check();
            return new FakeRunner(4096);
        };
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Lease> only = later("a", EngineOptions.AUTOMATIC, cancellation);
        awaitTrue(() -> loads.size() == 1);
        cancellation.cancel();
        assertEquals(ErrorCode.REQUEST_CANCELLED, failure(only).code());
        loader = (model, options, c) -> new FakeRunner(4096);
        acquire("b").close();
        assertEquals(List.of("b"), names());
    }

    @Test
    void loadGoesOnWhileSomebodyElseWaitsForIt() throws Exception {
        open(3, 512);
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(go, cancellation);
            cancellation.check();
            return new FakeRunner(4096);
        };
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Lease> first = later("a", EngineOptions.AUTOMATIC, cancellation);
        awaitTrue(() -> loads.size() == 1);
        CompletableFuture<Lease> second = later("a");
        awaitTrue(() -> scheduler.waiting() == 2);
        cancellation.cancel();
        go.countDown();
        assertEquals(ErrorCode.REQUEST_CANCELLED, failure(first).code());
        second.get().close();
        assertEquals(List.of("a"), loads);
        assertEquals(0, scheduler.loaded().getFirst().active());
    }

    @Test
    void cancelledBeforehandNothingHappens() {
        open(3, 512);
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        assertThrows(RuntimeFailure.class,
                () -> scheduler.acquire(StoredModels.named("a"), EngineOptions.AUTOMATIC, UNCHANGED, cancellation));
        assertEquals(List.of(), loads);
    }

    @Test
    void loadThatTakesTooLongTimesOut() throws Exception {
        open(3, 512);
        CountDownLatch aborted = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(aborted, cancellation);
            cancellation.check();
            throw new AssertionError();
        };
        CompletableFuture<Lease> request = later("a");
        awaitTrue(() -> loads.size() == 1);
        timers.advance(FIVE_MINUTES);
        RuntimeFailure failure = failure(request);
        assertEquals(ErrorCode.MODEL_LOAD_FAILED, failure.code());
        assertTrue(failure.getMessage().startsWith("timed out waiting for"), failure.getMessage());
    }

    @Test
    void closingFailsThoseWhoWaitAndUnloadsEverything() throws Exception {
        open(3, 512);
        Lease lent = acquire("lent");
        CountDownLatch aborted = new CountDownLatch(1);
        loader = (model, options, cancellation) -> {
            hold(aborted, cancellation);
            return new FakeRunner(4096);
        };
        CompletableFuture<Lease> loading = later("a");
        awaitTrue(() -> loads.contains("a"));
        CompletableFuture<Lease> waiting = later("b");
        awaitTrue(() -> scheduler.waiting() == 2);
        scheduler.close();
        assertEquals(ErrorCode.SERVER_STOPPING, failure(loading).code());
        assertEquals(ErrorCode.SERVER_STOPPING, failure(waiting).code());
        assertTrue(((FakeRunner) lent.runner()).closed);
        lent.close();
        assertEquals(ErrorCode.SERVER_STOPPING, assertThrows(RuntimeFailure.class, () -> acquire("c")).code());
        assertTrue(Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().equals("model-loader") && t.isAlive()));
    }

    // helpers

    private void open(int maxLoaded, int maxQueue) {
        ModelLoader counted = (model, options, cancellation) -> {
            loads.add(model.info().name());
            return loader.load(model, options, cancellation);
        };
        scheduler = new Scheduler(new SchedulePolicy(maxLoaded, maxQueue, FIVE_MINUTES, FIVE_MINUTES), counted,
                (model, options) -> fits, timers, event -> {
                    if (event instanceof RuntimeEvent.ModelUnloaded gone) {
                        unloads.add(gone.model() + " " + gone.reason());
                    }
                });
    }

    private Lease acquire(String name) {
        return acquire(name, UNCHANGED);
    }

    private Lease acquire(String name, KeepAlive keepAlive) {
        return scheduler.acquire(StoredModels.named(name), EngineOptions.AUTOMATIC, keepAlive, Cancellation.none());
    }

    private Runner use(String name, EngineOptions options) {
        try (Lease lease = scheduler.acquire(StoredModels.named(name), options, UNCHANGED, Cancellation.none())) {
            return lease.runner();
        }
    }

    private CompletableFuture<Lease> later(String name) {
        return later(name, EngineOptions.AUTOMATIC, Cancellation.none());
    }

    private CompletableFuture<Lease> later(String name, EngineOptions options, Cancellation cancellation) {
        return CompletableFuture.supplyAsync(
                () -> scheduler.acquire(StoredModels.named(name), options, UNCHANGED, cancellation), Thread::startVirtualThread);
    }

    private List<String> names() {
        return scheduler.loaded().stream().map(LoadedModel::info).map(i -> i.name()).toList();
    }

    private static EngineOptions context(int length) {
        EngineOptions o = EngineOptions.AUTOMATIC;
        return new EngineOptions(length, o.batch(), o.parallel(), o.threads(), o.device(), o.kvType());
    }

    private static RuntimeFailure failure(CompletableFuture<Lease> request) {
        ExecutionException e = assertThrows(ExecutionException.class, () -> request.get(30, TimeUnit.SECONDS));
        return (RuntimeFailure) (e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause());
    }

    /** Waits as a long load does: until a test says so or the load is cancelled. */
    private static void hold(CountDownLatch latch, Cancellation cancellation) {
        cancellation.onCancel(latch::countDown);
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void awaitTrue(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.interrupted()) {
                throw new AssertionError("timed out");
            }
            Thread.yield();
        }
    }
}
