package dev.runtime.kernel.transfer;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Tries again what failed and may work later: up to six times in a row without any progress, with twice the pause each time.
 *
 * @param pause waits for a time, or until cancelled
 */
record Retry(Pause pause) {
    static final Retry PATIENT = new Retry(Retry::sleep);
    private static final int MOST_TRIES = 6;

    /** A wait. */
    interface Pause {
        void pause(Duration time, Cancellation cancellation) throws InterruptedException;
    }

    /** What is tried. */
    interface Attempt<T> {
        T run() throws IOException;
    }

    /**
     * Runs an attempt until it succeeds or fails for good.
     *
     * @param progress what grows while an attempt gets anywhere
     * @throws RuntimeFailure what the attempt threw; with {@code upstream.failed} after too many tries, {@code request.cancelled}
     */
    <T> T run(Attempt<T> attempt, LongSupplier progress, Cancellation cancellation) {
        for (int tries = 1;; tries++) {
            cancellation.check();
            long before = progress.getAsLong();
            try {
                return attempt.run();
            } catch (IOException e) {
                cancellation.check();
                tries = progress.getAsLong() > before ? 1 : tries;
                if (tries >= MOST_TRIES) {
                    throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "max retries exceeded: " + reason(e), e);
                }
            }
            try {
                pause.pause(Duration.ofSeconds(1L << tries - 1), cancellation);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "interrupted between two tries of a transfer", e);
            }
        }
    }

    static String reason(IOException e) {
        return switch (e) {
            case UnknownHostException _ -> "no such host";
            case IOException _ when e.getMessage() == null -> e.getClass().getSimpleName();
            case IOException _ -> e.getMessage();
        };
    }

    private static void sleep(Duration time, Cancellation cancellation) throws InterruptedException {
        CountDownLatch cancelled = new CountDownLatch(1);
        cancellation.onCancel(cancelled::countDown);
        cancelled.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }
}
