package dev.runtime.kernel.config;

import dev.runtime.api.config.ConfigKey;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts to typed values. An empty result means that the text is not of the expected form. */
final class ValueText {
    private static final int LONGEST = 64;
    private static final Pattern DURATION_PART = Pattern.compile("(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h|d)");
    private static final Pattern BYTES = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(b|kb|mb|gb|tb|kib|mib|gib|tib)?");
    private static final Map<String, BigDecimal> NANOS = Map.of(
            "ns", BigDecimal.ONE,
            "us", BigDecimal.valueOf(1_000),
            "\u00b5s", BigDecimal.valueOf(1_000),
            "\u03bcs", BigDecimal.valueOf(1_000),
            "ms", BigDecimal.valueOf(1_000_000),
            "s", BigDecimal.valueOf(1_000_000_000L),
            "m", BigDecimal.valueOf(60_000_000_000L),
            "h", BigDecimal.valueOf(3_600_000_000_000L),
            "d", BigDecimal.valueOf(86_400_000_000_000L));
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private ValueText() {}

    /** Returns what a value of this type looks like, to finish the sentence "expected ...". */
    static String form(ConfigKey.Type type) {
        return switch (type) {
            case STRING -> "a text";
            case BOOLEAN -> "true or false (also 1/0, yes/no, on/off)";
            case INTEGER -> "a whole number of at most 64 bits";
            case NUMBER -> "a number";
            case DURATION -> "a duration such as 250ms, 5m or 1h30m, or a number of seconds; negative for ever";
            case BYTES -> "a number of bytes such as 1048576, 256MiB or 1.5GB";
            case LIST -> "texts separated by commas";
            case PATH -> "a path";
        };
    }

    /**
     * Parses a text that is not empty.
     *
     * @param base what a relative path starts from
     * @param home what {@code ~/} stands for
     */
    static Optional<Object> parse(ConfigKey.Type type, String text, Path base, Path home) {
        return switch (type) {
            case STRING -> Optional.of(text);
            case BOOLEAN -> flag(text).map(v -> v);
            case INTEGER -> integer(text).map(v -> v);
            case NUMBER -> number(text).map(v -> v);
            case DURATION -> duration(text).map(v -> v);
            case BYTES -> bytes(text).map(v -> v);
            case LIST -> Optional.of(list(text));
            case PATH -> path(text, base, home).map(v -> v);
        };
    }

    static Optional<Boolean> flag(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "true", "t", "1", "yes", "y", "on" -> Optional.of(true);
            case "false", "f", "0", "no", "n", "off" -> Optional.of(false);
            case String _ -> Optional.empty();
        };
    }

    static Optional<Long> integer(String text) {
        try {
            return Optional.of(Long.parseLong(text));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    static Optional<Double> number(String text) {
        if (text.length() > LONGEST || !text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?")) {
            return Optional.empty();
        }
        return Optional.of(Double.parseDouble(text)).filter(Double::isFinite);
    }

    /** Durations beyond 2^63 nanoseconds (292 years) become that, so that callers can count in nanoseconds. */
    static Optional<Duration> duration(String text) {
        if (text.length() > LONGEST) {
            return Optional.empty();
        }
        boolean negative = text.startsWith("-");
        String rest = negative || text.startsWith("+") ? text.substring(1) : text;
        BigDecimal nanos = BigDecimal.ZERO;
        if (rest.matches("\\d+")) {
            nanos = new BigDecimal(rest).multiply(NANOS.get("s"));
        } else {
            Matcher part = DURATION_PART.matcher(rest);
            int end = 0;
            while (end < rest.length() && part.find(end) && part.start() == end) {
                nanos = nanos.add(new BigDecimal(part.group(1)).multiply(NANOS.get(part.group(2))));
                end = part.end();
            }
            if (rest.isEmpty() || end < rest.length()) {
                return Optional.empty();
            }
        }
        long n = nanos.setScale(0, RoundingMode.DOWN).toBigInteger().min(MAX).longValueExact();
        return Optional.of(Duration.ofNanos(negative ? -n : n));
    }

    static Optional<Long> bytes(String text) {
        Matcher m = BYTES.matcher(text.toLowerCase(Locale.ROOT));
        if (text.length() > LONGEST || !m.matches()) {
            return Optional.empty();
        }
        String unit = m.group(2) == null ? "b" : m.group(2);
        BigDecimal factor = BigDecimal.valueOf(unit.contains("i") ? 1024 : 1000).pow("bkmgt".indexOf(unit.charAt(0)));
        BigInteger bytes = new BigDecimal(m.group(1)).multiply(factor).toBigInteger();
        return bytes.compareTo(MAX) > 0 ? Optional.empty() : Optional.of(bytes.longValueExact());
    }

    static List<String> list(String text) {
        return Arrays.stream(text.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    static Optional<Path> path(String text, Path base, Path home) {
        try {
            Path path = text.equals("~") ? home
                    : text.startsWith("~/") || text.startsWith("~\\") ? home.resolve(text.substring(2)) : Path.of(text);
            return Optional.of(base.resolve(path).toAbsolutePath().normalize());
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }
}
