package dev.runtime.plugin.cli.render;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumbersTests {
    private static final Instant NOW = Instant.parse("2026-01-10T12:00:00Z");

    @ParameterizedTest
    @CsvSource({"0, 0 B", "999, 999 B", "1000, 1 KB", "1300, 1.3 KB", "2019000000, 2.0 GB", "2000000000, 2 GB", "13900000000, 13 GB",
        "5651872, 5.7 MB", "9990, 10.0 KB"})
    void bytesHaveOneDecimalBelowTen(long bytes, String text) {
        assertEquals(text, Numbers.bytes(bytes));
    }

    @ParameterizedTest
    @CsvSource({"PT0.5S, Less than a second ago", "PT1S, 1 second ago", "PT59S, 59 seconds ago", "PT60S, About a minute ago",
        "PT5M, 5 minutes ago", "PT1H, About an hour ago", "PT24H, 24 hours ago", "P3D, 3 days ago", "P20D, 2 weeks ago",
        "P100D, 3 months ago", "P800D, 2 years ago", "PT-4M, 4 minutes from now"})
    void timesAreRelative(Duration before, String text) {
        assertEquals(text, Numbers.relative(NOW.minus(before), NOW));
    }

    @Test
    void neverAndForever() {
        assertEquals("Never", Numbers.relative(Instant.EPOCH, NOW));
        assertEquals("Forever", Numbers.relative(Instant.MAX, NOW));
        assertEquals("Forever", Numbers.relative(NOW.plus(Duration.ofDays(365L * 200)), NOW));
    }

    @ParameterizedTest
    @CsvSource({"1234567000, 1.234567s", "45600000, 45.6ms", "130100, 130.1µs", "62500000000, 1m2.5s", "4800000000, 4.8s", "7, 7ns",
        "3600000000000, 1h0m0s", "60000000000, 1m0s"})
    void durationsUseTheLargestUnit(long nanos, String text) {
        assertEquals(text, Numbers.duration(Duration.ofNanos(nanos)));
    }
}
