package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Options by name, read as the types that they must have; a name is spent by reading it. For one thread. */
final class OptionValues {
    private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);

    private final Map<String, Object> values;

    /** Lays request values over the model's own. */
    OptionValues(Map<String, Object> model, Map<String, Object> request) {
        values = new HashMap<>(model);
        values.putAll(request);
    }

    /** Returns the names that nobody read. */
    Set<String> unread() {
        return values.keySet();
    }

    /** Reads an integer; a fraction is cut off. */
    int integer(String key, int orElse) {
        long n = integral(key, orElse);
        if (n != (int) n) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "option \"" + key + "\" is " + n + ", beyond 32 bits");
        }
        return (int) n;
    }

    /** Reads an integer of 64 bits. */
    long integral(String key, long orElse) {
        return switch (values.remove(key)) {
            case null -> orElse;
            case Double d -> (long) finite(key, d);
            case Float f -> (long) finite(key, f);
            case BigDecimal d -> (long) finite(key, d.doubleValue());
            case BigInteger i -> i.max(LONG_MIN).min(LONG_MAX).longValue();
            case Number n -> n.longValue();
            case Object o -> throw wrong(key, "integer");
        };
    }

    /** Reads a number. */
    double number(String key, double orElse) {
        return switch (values.remove(key)) {
            case null -> orElse;
            case Number n -> finite(key, n.doubleValue());
            case Object o -> throw wrong(key, "float32");
        };
    }

    /** Checks a truth value and tells whether it is there. */
    boolean hasFlag(String key) {
        return switch (values.remove(key)) {
            case null -> false;
            case Boolean b -> true;
            case Object o -> throw wrong(key, "boolean");
        };
    }

    /** Reads a truth value, false if it is not there. */
    boolean flag(String key) {
        return switch (values.remove(key)) {
            case null -> false;
            case Boolean b -> b;
            case Object o -> throw wrong(key, "boolean");
        };
    }

    /** Reads a text. */
    Optional<String> text(String key) {
        return switch (values.remove(key)) {
            case null -> Optional.empty();
            case String s -> Optional.of(s);
            case Object o -> throw wrong(key, "string");
        };
    }

    /** Reads a list of texts. */
    List<String> texts(String key, List<String> orElse) {
        return switch (values.remove(key)) {
            case null -> orElse;
            case List<?> list -> list.stream().map(o -> o instanceof String s ? s : noText(key)).toList();
            case Object o -> throw wrong(key, "array");
        };
    }

    private static String noText(String key) {
        throw wrong(key, "an array of strings");
    }

    private static double finite(String key, double value) {
        if (!Double.isFinite(value)) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "option \"" + key + "\" is no finite number");
        }
        return value;
    }

    private static RuntimeFailure wrong(String key, String type) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "option \"" + key + "\" must be of type " + type);
    }
}
