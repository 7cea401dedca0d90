package dev.runtime.kernel.constrain;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** Plain Java values as JSON. */
final class JsonValues {
    private JsonValues() {}

    /** Returns the shortest text of a value. */
    static String text(Object value) {
        return JsonMapper.shared().writeValueAsString(value);
    }

    /** Tells whether two values are equal as JSON: numbers by value, objects in any order. */
    static boolean same(Object a, Object b) {
        return switch (a) {
            case Number x when b instanceof Number y -> SchemaParts.decimal(x).compareTo(SchemaParts.decimal(y)) == 0;
            case List<?> x when b instanceof List<?> y -> {
                boolean equal = x.size() == y.size();
                for (int i = 0; equal && i < x.size(); i++) {
                    equal = same(x.get(i), y.get(i));
                }
                yield equal;
            }
            case Map<?, ?> x when b instanceof Map<?, ?> y -> x.keySet().equals(y.keySet())
                    && x.keySet().stream().allMatch(key -> same(x.get(key), y.get(key)));
            case null -> b == null;
            default -> a.equals(b);
        };
    }

    /** Tells whether a value is of one of some types. */
    static boolean is(Object value, List<String> types) {
        return types.stream().anyMatch(type -> switch (type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "boolean" -> value instanceof Boolean;
            case "null" -> value == null;
            case "number" -> value instanceof Number;
            default -> value instanceof Number n && SchemaParts.decimal(n).stripTrailingZeros().scale() <= 0;
        });
    }
}
