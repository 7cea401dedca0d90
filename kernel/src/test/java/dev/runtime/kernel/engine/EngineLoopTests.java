package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

class EngineLoopTests {
    /** Completes each job in the step after it came. */
    private static final class Echo implements LoopWork<Integer> {
        final ConcurrentLinkedQueue<Integer> complete = new ConcurrentLinkedQueue<>();
        final ConcurrentLinkedQueue<Integer> abandoned = new ConcurrentLinkedQueue<>();
        final Semaphore progress = new Semaphore(0);
        final AtomicInteger idle = new AtomicInteger();
        private final List<Integer> accepted = new ArrayList<>();

        @Override
        public void accept(Integer job) {
            accepted.add(job);
        }

        @Override
        public boolean step() {
            if (accepted.isEmpty()) {
                idle.incrementAndGet();
                return false;
            }
            if (accepted.contains(-1)) {
                throw new IllegalStateException("a test");
            }
            complete.addAll(accepted);
            progress.release(accepted.size());
            accepted.clear();
            return true;
        }

        @Override
        public void abandon(RuntimeFailure reason) {
            abandoned.addAll(accepted);
            progress.release(accepted.size());
            accepted.clear();
        }
    }

    @RepeatedTest(20)
    void everyJobIsEitherCompleteOrAbandonedOrRefused() throws InterruptedException {
        Echo echo = new Echo();
        EngineLoop<Integer> loop = new EngineLoop<>("engine-test", echo);
        loop.start();
        AtomicInteger refused = new AtomicInteger();
        CountDownLatch some = new CountDownLatch(50);
        List<Thread> callers = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            callers.add(Thread.ofVirtual().start(() -> {
                for (int i = 0; i < 1_000; i++) {
                    try {
                        loop.submit(i);
                    } catch (RuntimeFailure e) {
                        assertEquals(ErrorCode.SERVER_STOPPING, e.code());
                        refused.incrementAndGet();
                    }
                    some.countDown();
                }
            }));
        }
        some.await();
        loop.close();
        for (Thread caller : callers) {
            caller.join();
        }
        assertEquals(4_000, echo.complete.size() + echo.abandoned.size() + refused.get());
    }

    @Test
    void withoutJobsTheLoopDoesNotTurn() throws InterruptedException {
        Echo echo = new Echo();
        try (EngineLoop<Integer> loop = new EngineLoop<>("engine-test", echo)) {
            loop.start();
            for (int i = 0; i < 100; i++) {
                loop.submit(i);
                echo.progress.acquire();
            }
            // one at the start, one after each job, perhaps one for a wake-up that came late; the rest is slack for spurious ones
            assertTrue(echo.idle.get() <= 300, "idle steps: " + echo.idle.get());
        }
        assertEquals(100, echo.complete.size());
    }

    @Test
    void aStepThatThrowsCostsItsJobsButNotTheLoop() throws InterruptedException {
        Echo echo = new Echo();
        try (EngineLoop<Integer> loop = new EngineLoop<>("engine-test", echo)) {
            loop.start();
            loop.submit(-1);
            echo.progress.acquire();
            loop.submit(5);
            echo.progress.acquire();
        }
        assertEquals(List.of(-1), List.copyOf(echo.abandoned));
        assertEquals(List.of(5), List.copyOf(echo.complete));
    }

    @Test
    void whatEvenCannotBeGivenUpEndsTheLoopAndIsKnown() throws InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        LoopWork<Integer> broken = new LoopWork<>() {
            @Override
            public void accept(Integer job) {}

            @Override
            public boolean step() {
                throw new IllegalStateException("a test");
            }

            @Override
            public void abandon(RuntimeFailure reason) {
                if (reason.code() == ErrorCode.SERVER_STOPPING) {
                    ended.countDown();
                }
                throw new IllegalStateException("a test");
            }
        };
        EngineLoop<Integer> loop = new EngineLoop<>("engine-test", broken);
        assertTrue(loop.running());
        loop.start();
        ended.await();
        assertFalse(loop.running());
        assertEquals(ErrorCode.SERVER_STOPPING, assertThrows(RuntimeFailure.class, () -> loop.submit(1)).code());
        loop.close();
    }

    @Test
    void closingKeepsAnInterrupt() {
        EngineLoop<Integer> loop = new EngineLoop<>("engine-test", new Echo());
        loop.start();
        Thread.currentThread().interrupt();
        loop.close();
        assertTrue(Thread.interrupted());
        assertThrows(RuntimeFailure.class, () -> loop.submit(1));
    }
}
