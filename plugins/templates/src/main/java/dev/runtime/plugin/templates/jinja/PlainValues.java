package dev.runtime.plugin.templates.jinja;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies JSON values of the api into values of this engine, so that a template can reach nothing else. */
final class PlainValues {
    private static final int MAX_DEPTH = 200;

    private PlainValues() {}

    static Object of(Object value) {
        return copy(value, 0);
    }

    private static Object copy(Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw refused("nested more than " + MAX_DEPTH + " deep");
        }
        return switch (value) {
            case null -> null;
            case String text -> text;
            case Boolean flag -> flag;
            case BigInteger number -> number.bitLength() < Long.SIZE ? (Object) number.longValue() : number;
            case Double number -> number;
            case BigDecimal number -> number.doubleValue();
            case Float number -> number.doubleValue();
            case Long number -> number;
            case Integer number -> number.longValue();
            case Short number -> number.longValue();
            case Byte number -> number.longValue();
            case List<?> list -> {
                List<Object> copy = new ArrayList<>(list.size());
                for (Object item : list) {
                    copy.add(copy(item, depth + 1));
                }
                yield copy;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((key, item) -> copy.put(String.valueOf(key), copy(item, depth + 1)));
                yield copy;
            }
            default -> throw refused("of type " + value.getClass().getSimpleName());
        };
    }

    private static RuntimeFailure refused(String what) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "A value for the chat template is " + what + "; send plain JSON values");
    }
}
