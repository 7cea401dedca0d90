package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadTimersTests {
    @Test
    void ringsOnAThreadOfItsOwn() throws InterruptedException {
        try (ThreadTimers timers = new ThreadTimers()) {
            CountDownLatch rang = new CountDownLatch(1);
            AtomicReference<Thread> thread = new AtomicReference<>();
            timers.after(Duration.ZERO, () -> {
                thread.set(Thread.currentThread());
                rang.countDown();
            });
            rang.await();
            assertNotSame(Thread.currentThread(), thread.get());
            assertTrue(thread.get().isDaemon());
        }
    }

    @Test
    void cancelledAlarmDoesNotRing() throws InterruptedException {
        try (ThreadTimers timers = new ThreadTimers()) {
            AtomicBoolean wrong = new AtomicBoolean();
            CountDownLatch held = new CountDownLatch(1);
            CountDownLatch later = new CountDownLatch(1);
            timers.after(Duration.ZERO, () -> awaitQuietly(held));
            timers.after(Duration.ZERO, () -> wrong.set(true)).cancel();
            timers.after(Duration.ZERO, later::countDown);
            held.countDown();
            later.await();
            assertTrue(!wrong.get());
        }
    }

    @Test
    void takesAnyDelayAndNothingAfterItWasClosed() {
        ThreadTimers timers = new ThreadTimers();
        timers.after(Duration.ofSeconds(Long.MAX_VALUE), () -> {}).cancel();
        timers.close();
        timers.after(Duration.ZERO, () -> {}).cancel();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
