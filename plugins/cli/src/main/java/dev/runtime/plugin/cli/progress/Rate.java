package dev.runtime.plugin.cli.progress;

import java.util.ArrayDeque;

/** Speed over the last ten seconds, or over all time once the work is done. */
final class Rate {
    private static final long SECOND = 1_000_000_000;
    private static final int SAMPLES = 10;

    private record Sample(long amount, long nanos) {}

    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private final long begin;
    private Sample first;
    private Sample last;
    private boolean over;

    Rate(long begin) {
        this.begin = begin;
    }

    /** Takes how much is done at a time. What was there at the first sample was not transferred now: it does not count. */
    void sample(long amount, long nanos, boolean complete) {
        last = new Sample(amount, nanos);
        over = complete;
        if (first == null) {
            first = new Sample(amount, begin);
            samples.add(last);
        } else if (nanos - samples.getLast().nanos() >= SECOND) {
            samples.add(last);
            if (samples.size() > SAMPLES) {
                samples.removeFirst();
            }
        }
    }

    /** Returns units per second; 0 until two samples are apart. */
    long perSecond() {
        if (first == null) {
            return 0;
        }
        Sample from = over ? first : samples.getFirst();
        long nanos = last.nanos() - from.nanos();
        return nanos <= 0 ? 0 : (long) ((last.amount() - from.amount()) * (double) SECOND / nanos);
    }
}
