package dev.runtime.kernel.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Alarms on one daemon thread that exists only while an alarm is set. */
public final class ThreadTimers implements Timers {
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final ScheduledThreadPoolExecutor executor;

    /** Creates it; no thread yet. */
    public ThreadTimers() {
        executor = new ScheduledThreadPoolExecutor(1, task -> Thread.ofPlatform().daemon().name("model-timer").unstarted(task));
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setKeepAliveTime(1, TimeUnit.SECONDS);
        executor.allowCoreThreadTimeOut(true);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        if (executor.isShutdown()) {
            return () -> {};
        }
        Duration bounded = delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
        Future<?> future = executor.schedule(action, bounded.toNanos(), TimeUnit.NANOSECONDS);
        return () -> future.cancel(false);
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
