package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Requests that wait: order, bounds, many threads. */
class LoadQueueTests extends SchedulerFixture {
    @Test
    void eightRequestsForOneModelLoadItOnce() throws Exception {
        open(3, 512);
        CountDownLatch go = holdLoads();
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
        CountDownLatch go = holdLoads();
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
    void aLoadedModelHasABoundedQueueToo() {
        open(3, 2);
        loader = (model, options, cancellation, progress) -> {
            FakeRunner runner = new FakeRunner(4096);
            runner.parallel = 1;
            return runner;
        };
        List<Lease> lent = List.of(acquire("a"), acquire("a"), acquire("a"));
        assertEquals(ErrorCode.SERVER_BUSY, assertThrows(RuntimeFailure.class, () -> acquire("a")).code());
        acquire("b").close();
        lent.getFirst().close();
        acquire("a").close();
        lent.subList(1, 3).forEach(Lease::close);
    }

    @Test
    void withoutAQueueOneRequestAtATimeMayLoad() throws Exception {
        open(3, 0);
        CountDownLatch go = holdLoads();
        CompletableFuture<Lease> first = later("a");
        awaitTrue(() -> scheduler.waiting() == 1);
        assertEquals(ErrorCode.SERVER_BUSY, assertThrows(RuntimeFailure.class, () -> acquire("b")).code());
        go.countDown();
        first.get().close();
    }

    @Test
    void loadsInTheOrderOfArrivalOneAtATime() throws Exception {
        open(10, 512);
        CountDownLatch go = holdLoads();
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
}
