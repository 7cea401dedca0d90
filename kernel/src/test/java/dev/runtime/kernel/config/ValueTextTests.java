package dev.runtime.kernel.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.config.ConfigKey.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ValueTextTests {
    private static final Path BASE = Path.of("/base").toAbsolutePath();
    private static final Path HOME = Path.of("/home/u").toAbsolutePath();
    private static final Object REFUSED = "refused";

    static Stream<Arguments> values() {
        return Stream.of(
                row(Type.STRING, " as it is ", " as it is "),
                row(Type.BOOLEAN, "true", true), row(Type.BOOLEAN, "YES", true), row(Type.BOOLEAN, "on", true),
                row(Type.BOOLEAN, "1", true), row(Type.BOOLEAN, "F", false), row(Type.BOOLEAN, "no", false),
                row(Type.BOOLEAN, "Off", false), row(Type.BOOLEAN, "2", REFUSED), row(Type.BOOLEAN, "tru", REFUSED),
                row(Type.INTEGER, "0", 0L), row(Type.INTEGER, "-12", -12L), row(Type.INTEGER, "+7", 7L),
                row(Type.INTEGER, "9223372036854775807", Long.MAX_VALUE), row(Type.INTEGER, "9223372036854775808", REFUSED),
                row(Type.INTEGER, "1.5", REFUSED), row(Type.INTEGER, "1e3", REFUSED), row(Type.INTEGER, "0x10", REFUSED),
                row(Type.NUMBER, "0.5", 0.5), row(Type.NUMBER, "-1e-3", -0.001), row(Type.NUMBER, ".25", 0.25),
                row(Type.NUMBER, "3", 3.0), row(Type.NUMBER, "NaN", REFUSED), row(Type.NUMBER, "1e999", REFUSED),
                row(Type.NUMBER, "1f", REFUSED), row(Type.NUMBER, "0x1p3", REFUSED),
                row(Type.DURATION, "300", Duration.ofSeconds(300)), row(Type.DURATION, "5m", Duration.ofMinutes(5)),
                row(Type.DURATION, "1h30m", Duration.ofMinutes(90)), row(Type.DURATION, "250ms", Duration.ofMillis(250)),
                row(Type.DURATION, "1.5h", Duration.ofMinutes(90)), row(Type.DURATION, "0", Duration.ZERO),
                row(Type.DURATION, "2h45m30.5s", Duration.ofMillis(9_930_500)), row(Type.DURATION, "-1", Duration.ofSeconds(-1)),
                row(Type.DURATION, "-1m", Duration.ofMinutes(-1)), row(Type.DURATION, "100us", Duration.ofNanos(100_000)),
                row(Type.DURATION, "7\u00b5s", Duration.ofNanos(7_000)), row(Type.DURATION, "1d", Duration.ofDays(1)),
                row(Type.DURATION, "999999999999999", Duration.ofNanos(Long.MAX_VALUE)),
                row(Type.DURATION, "-999999999999999", Duration.ofNanos(-Long.MAX_VALUE)),
                row(Type.DURATION, "5 m", REFUSED), row(Type.DURATION, "5x", REFUSED), row(Type.DURATION, "m", REFUSED),
                row(Type.DURATION, "1.5", REFUSED), row(Type.DURATION, "--1s", REFUSED), row(Type.DURATION, "-", REFUSED),
                row(Type.DURATION, "5m and more", REFUSED), row(Type.DURATION, "1".repeat(10_000), REFUSED),
                row(Type.BYTES, "10", 10L), row(Type.BYTES, "10B", 10L), row(Type.BYTES, "1KB", 1000L),
                row(Type.BYTES, "1KiB", 1024L), row(Type.BYTES, "256MiB", 256L << 20), row(Type.BYTES, "1.5gb", 1_500_000_000L),
                row(Type.BYTES, "2 GiB", 2L << 30), row(Type.BYTES, "1TiB", 1L << 40), row(Type.BYTES, "9223372036854775807", Long.MAX_VALUE),
                row(Type.BYTES, "9000000TiB", REFUSED), row(Type.BYTES, "-1", REFUSED), row(Type.BYTES, "1XB", REFUSED),
                row(Type.BYTES, "MB", REFUSED),
                row(Type.LIST, "a, b,,c ", List.of("a", "b", "c")), row(Type.LIST, ",", List.of()),
                row(Type.PATH, "/a/./b/../c", Path.of("/a/c").toAbsolutePath()), row(Type.PATH, "x/y", BASE.resolve("x/y")),
                row(Type.PATH, "~", HOME), row(Type.PATH, "~/m", HOME.resolve("m")), row(Type.PATH, "~other", BASE.resolve("~other")),
                row(Type.PATH, "a\0b", REFUSED));
    }

    private static Arguments row(Type type, String text, Object expected) {
        return Arguments.of(type, text, expected);
    }

    @ParameterizedTest
    @MethodSource("values")
    void parses(Type type, String text, Object expected) {
        Optional<Object> wanted = expected == REFUSED ? Optional.empty() : Optional.of(expected);
        assertEquals(wanted, ValueText.parse(type, text, BASE, HOME));
    }
}
