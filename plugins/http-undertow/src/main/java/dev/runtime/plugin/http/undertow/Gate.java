package dev.runtime.plugin.http.undertow;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Where the thread of a request parks until an IO thread lets it go on. One waiter at a time. */
final class Gate {
    private final Semaphore permits = new Semaphore(0);

    /** Forgets openings so far; before the IO thread is asked for the next one. */
    void shut() {
        permits.drainPermits();
    }

    /** Lets the waiter pass, also if it only comes later. */
    void open() {
        permits.release();
    }

    /**
     * Waits.
     *
     * @param limit not positive for no limit
     * @return false if it took longer than the limit
     */
    boolean pass(Duration limit) throws InterruptedIOException {
        try {
            if (limit.isPositive()) {
                return permits.tryAcquire(limit.toMillis(), TimeUnit.MILLISECONDS);
            }
            permits.acquire();
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("the server ends this connection");
        }
    }
}
