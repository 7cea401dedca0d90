package dev.runtime.kernel.schedule;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A clock that stands still until a test moves it; alarms ring on the test's thread. */
final class FakeTimers implements Timers {
    private record Alarm(Instant at, Runnable action) {}

    private final List<Alarm> alarms = new ArrayList<>();
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    boolean closed;

    @Override
    public synchronized Instant now() {
        return now;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable action) {
        Alarm alarm = new Alarm(now.plus(delay), action);
        alarms.add(alarm);
        return () -> {
            synchronized (this) {
                alarms.remove(alarm);
            }
        };
    }

    /** Moves the time on and lets all alarms ring that are due. */
    void advance(Duration time) {
        List<Alarm> due;
        synchronized (this) {
            now = now.plus(time);
            due = alarms.stream().filter(a -> !a.at.isAfter(now)).sorted(Comparator.comparing(Alarm::at)).toList();
            alarms.removeAll(due);
        }
        due.forEach(a -> a.action.run());
    }

    synchronized int pending() {
        return alarms.size();
    }

    @Override
    public synchronized void close() {
        closed = true;
        alarms.clear();
    }
}
