package dev.runtime.kernel.constrain;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads keywords of a schema. Values of the wrong type are an error of the schema. */
final class SchemaParts {
    private SchemaParts() {}

    @SuppressWarnings("unchecked")
    static Optional<Map<String, Object>> object(Map<String, Object> schema, String key) {
        return switch (schema.get(key)) {
            case null -> Optional.empty();
            case Map<?, ?> map -> Optional.of((Map<String, Object>) map);
            default -> throw wrong(key, "an object");
        };
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Map<String, Object> schema, String key) {
        return switch (schema.get(key)) {
            case null -> List.of();
            case List<?> list -> (List<Object>) list;
            default -> throw wrong(key, "an array");
        };
    }

    /** Returns texts of an array, or the one text that stands for it. */
    static List<String> texts(Map<String, Object> schema, String key) {
        if (schema.get(key) instanceof String only) {
            return List.of(only);
        }
        List<String> texts = new ArrayList<>();
        for (Object each : list(schema, key)) {
            if (!(each instanceof String text)) {
                throw wrong(key, "text");
            }
            texts.add(text);
        }
        return texts;
    }

    /** Returns a count, or another value if there is none. */
    static int count(Map<String, Object> schema, String key, int orElse) {
        Optional<BigDecimal> given = number(schema, key);
        if (given.isEmpty()) {
            return orElse;
        }
        BigDecimal value = given.get();
        if (value.signum() < 0 || value.precision() - (long) value.scale() < 10 && value.stripTrailingZeros().scale() > 0) {
            throw wrong(key, "a whole number that is not negative");
        }
        return value.precision() - (long) value.scale() > 9 ? Expression.UNLIMITED : value.intValue();
    }

    static Optional<BigDecimal> number(Map<String, Object> schema, String key) {
        return switch (schema.get(key)) {
            case null -> Optional.empty();
            case Number number -> Optional.of(decimal(number));
            default -> throw wrong(key, "a number");
        };
    }

    static BigDecimal decimal(Number number) {
        return number instanceof BigDecimal exact ? exact : new BigDecimal(number.toString());
    }

    static RuntimeException wrong(String key, String expected) {
        return Refusal.of("\"" + key + "\" of the schema must be " + expected);
    }
}
