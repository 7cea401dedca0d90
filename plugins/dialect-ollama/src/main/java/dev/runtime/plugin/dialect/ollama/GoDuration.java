package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Map;

/** Durations as clients write them: {@code 1h30m}, {@code -1m}, {@code 1.5s}, {@code 0}. */
final class GoDuration {
    private static final Map<String, Long> NANOS = Map.of("ns", 1L, "us", 1_000L, "µs", 1_000L, "μs", 1_000L, "ms", 1_000_000L,
            "s", 1_000_000_000L, "m", 60_000_000_000L, "h", 3_600_000_000_000L);
    private static final int LONGEST = 64;

    private GoDuration() {}

    /**
     * Parses.
     *
     * @throws RuntimeFailure with {@code request.invalid} if the text has another form or is longer than 292 years
     */
    static Duration parse(String text) {
        if (text.length() > LONGEST) {
            throw invalid(text.substring(0, LONGEST) + "…");
        }
        int at = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
        if (text.substring(at).equals("0")) {
            return Duration.ZERO;
        }
        if (at == text.length()) {
            throw invalid(text);
        }
        BigDecimal nanos = BigDecimal.ZERO;
        while (at < text.length()) {
            int unit = end(text, at, true);
            int next = end(text, unit, false);
            if (unit == at || text.substring(at, unit).equals(".")) {
                throw invalid(text);
            }
            if (next == unit) {
                throw failure("time: missing unit in duration \"" + text + "\"");
            }
            Long size = NANOS.get(text.substring(unit, next));
            if (size == null) {
                throw failure("time: unknown unit \"" + text.substring(unit, next) + "\" in duration \"" + text + "\"");
            }
            nanos = nanos.add(number(text, at, unit).multiply(BigDecimal.valueOf(size)));
            at = next;
        }
        if (nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
            throw invalid(text);
        }
        long value = nanos.setScale(0, RoundingMode.DOWN).longValueExact();
        return Duration.ofNanos(text.startsWith("-") ? -value : value);
    }

    private static BigDecimal number(String text, int from, int to) {
        try {
            return new BigDecimal(text.substring(from, to));
        } catch (NumberFormatException e) {
            throw invalid(text);
        }
    }

    /** Returns where a run of digits and dots, or of anything else, ends. */
    private static int end(String text, int from, boolean digits) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == '.' || text.charAt(at) >= '0' && text.charAt(at) <= '9') == digits) {
            at++;
        }
        return at;
    }

    private static RuntimeFailure invalid(String text) {
        return failure("time: invalid duration \"" + text + "\"");
    }

    private static RuntimeFailure failure(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
