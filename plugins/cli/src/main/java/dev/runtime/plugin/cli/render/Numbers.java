package dev.runtime.plugin.cli.render;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** Numbers, sizes and times as the tables of model tools show them. */
public final class Numbers {
    private static final Duration FAR = Duration.ofDays(365L * 20);

    private Numbers() {}

    /** Bytes in decimal units: {@code 999 B}, {@code 1.3 GB}, {@code 13 GB}. */
    public static String bytes(long bytes) {
        String[] units = {"B", "KB", "MB", "GB", "TB"};
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < units.length - 1) {
            value /= 1000;
            unit++;
        }
        boolean whole = value == Math.rint(value);
        return (unit == 0 || value >= 10 || whole ? Long.toString((long) value) : String.format(Locale.ROOT, "%.1f", value)) + " " + units[unit];
    }

    /** A number of parameters: {@code 8B}, {@code 8.0B}, {@code 494.03M}, {@code 12K}; empty for none. */
    public static String count(long n) {
        if (n >= 1_000_000_000) {
            return n % 1_000_000_000 == 0 ? n / 1_000_000_000 + "B" : String.format(Locale.ROOT, "%.1fB", n / 1e9);
        } else if (n >= 1_000_000) {
            return n % 1_000_000 == 0 ? n / 1_000_000 + "M" : String.format(Locale.ROOT, "%.2fM", n / 1e6);
        } else if (n >= 1000) {
            return Math.round(n / 1e3) + "K";
        }
        return n == 0 ? "" : Long.toString(n);
    }

    /** A time before or after now: {@code 3 days ago}, {@code 4 minutes from now}, {@code Forever}. */
    public static String relative(Instant then, Instant now) {
        if (then.equals(Instant.EPOCH)) {
            return "Never";
        }
        if (then.equals(Instant.MAX) || then.isAfter(now.plus(FAR))) {
            return "Forever";
        }
        boolean past = then.isBefore(now);
        return span(past ? Duration.between(then, now) : Duration.between(now, then)) + (past ? " ago" : " from now");
    }

    private static String span(Duration d) {
        long seconds = d.toSeconds();
        long minutes = d.toMinutes();
        long hours = Math.round(seconds / 3600.0);
        if (seconds < 1) {
            return "Less than a second";
        } else if (seconds < 60) {
            return seconds == 1 ? "1 second" : seconds + " seconds";
        } else if (minutes < 60) {
            return minutes == 1 ? "About a minute" : minutes + " minutes";
        } else if (hours < 48) {
            return hours == 1 ? "About an hour" : hours + " hours";
        } else if (hours < 24 * 14) {
            return hours / 24 + " days";
        } else if (hours < 24 * 60) {
            return hours / 24 / 7 + " weeks";
        }
        return hours < 24 * 365 * 2 ? hours / 24 / 30 + " months" : hours / 24 / 365 + " years";
    }

    /** A duration in its largest useful unit: {@code 1.234567s}, {@code 45.6ms}, {@code 1m2.5s}. */
    public static String duration(Duration d) {
        long nanos = d.toNanos();
        if (nanos < 1_000) {
            return nanos + "ns";
        } else if (nanos < 1_000_000) {
            return shortest(nanos, 3) + "µs";
        } else if (nanos < 1_000_000_000) {
            return shortest(nanos, 6) + "ms";
        }
        long minutes = nanos / 60_000_000_000L;
        String seconds = shortest(nanos % 60_000_000_000L, 9) + "s";
        return minutes == 0 ? seconds : minutes < 60 ? minutes + "m" + seconds : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
    }

    private static String shortest(long value, int scale) {
        BigDecimal number = BigDecimal.valueOf(value, scale).stripTrailingZeros();
        return (number.scale() < 0 ? number.setScale(0) : number).toPlainString();
    }
}
