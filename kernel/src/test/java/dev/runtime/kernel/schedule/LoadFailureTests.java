package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.kernel.engine.EngineOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Loads that fail, are cancelled, take too long or are cut off by the end of the server. */
class LoadFailureTests extends SchedulerFixture {
    @Test
    void failureReachesAllWhoWaitForTheModelAndNobodyElse() throws Exception {
        open(3, 512);
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation, progress) -> {
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
        loader = (model, options, cancellation, progress) -> {
            throw new IllegalStateException("bug");
        };
        assertEquals(ErrorCode.MODEL_LOAD_FAILED, assertThrows(RuntimeFailure.class, () -> acquire("a")).code());
        loader = (model, options, cancellation, progress) -> new FakeRunner(4096);
        acquire("a").close();
    }

    @Test
    void cancelledWhileWaitingItLeavesTheQueue() throws Exception {
        open(3, 512);
        CountDownLatch go = holdLoads();
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
        loader = (model, options, cancellation, progress) -> {
            hold(aborted, cancellation);
            cancellation.check();
            return new FakeRunner(4096);
        };
        Cancellation cancellation = new Cancellation();
        CompletableFuture<Lease> only = later("a", EngineOptions.AUTOMATIC, cancellation);
        awaitTrue(() -> loads.size() == 1);
        cancellation.cancel();
        assertEquals(ErrorCode.REQUEST_CANCELLED, failure(only).code());
        loader = (model, options, c, progress) -> new FakeRunner(4096);
        acquire("b").close();
        assertEquals(List.of("b"), names());
    }

    @Test
    void loadGoesOnWhileSomebodyElseWaitsForIt() throws Exception {
        open(3, 512);
        CountDownLatch go = new CountDownLatch(1);
        loader = (model, options, cancellation, progress) -> {
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
        loader = (model, options, cancellation, progress) -> {
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
    void loadThatComesFurtherMayTakeLonger() throws Exception {
        open(3, 512);
        CountDownLatch aborted = new CountDownLatch(1);
        AtomicReference<Runnable> further = new AtomicReference<>();
        loader = (model, options, cancellation, progress) -> {
            further.set(progress);
            hold(aborted, cancellation);
            cancellation.check();
            throw new AssertionError();
        };
        CompletableFuture<Lease> request = later("a");
        awaitTrue(() -> further.get() != null);
        for (int i = 0; i < 5; i++) {
            timers.advance(FIVE_MINUTES.minusSeconds(1));
            assertFalse(request.isDone());
            further.get().run();
        }
        timers.advance(FIVE_MINUTES.minusSeconds(1));
        assertFalse(request.isDone());
        timers.advance(Duration.ofSeconds(1));
        RuntimeFailure failure = failure(request);
        assertTrue(failure.getMessage().startsWith("timed out waiting for the model to load: no progress for 300 s"), failure.getMessage());
    }

    @Test
    void closingFailsThoseWhoWaitAndUnloadsEverything() throws Exception {
        open(3, 512);
        Lease lent = acquire("lent");
        holdLoads();
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
}
