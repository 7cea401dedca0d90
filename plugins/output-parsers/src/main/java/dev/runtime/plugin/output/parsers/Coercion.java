package dev.runtime.plugin.output.parsers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Values that a model writes as plain text, turned into what the tool's schema declares. */
final class Coercion {
    private static final List<String> ORDER = List.of("boolean", "integer", "number", "array", "object", "string");

    private Coercion() {}

    /** Returns the value of a text for a parameter's schema; text that fits no declared type stays text. */
    static Object value(String text, Map<?, ?> schema) {
        if (text.equalsIgnoreCase("null")) {
            return null;
        }
        List<String> types = types(schema);
        for (String type : ORDER) {
            if (types.contains(type)) {
                Optional<Object> value = as(type, text);
                if (value.isPresent()) {
                    return value.get();
                }
            }
        }
        return types.equals(List.of("boolean")) ? (Object) false : text;
    }

    private static List<String> types(Map<?, ?> schema) {
        List<String> types = new ArrayList<>();
        switch (schema.get("type")) {
            case String type -> types.add(type);
            case List<?> list -> list.forEach(type -> types.add(String.valueOf(type)));
            case null, default -> {}
        }
        for (String key : List.of("anyOf", "oneOf")) {
            if (schema.get(key) instanceof List<?> options) {
                for (Object option : options) {
                    if (option instanceof Map<?, ?> map) {
                        types.addAll(types(map));
                    }
                }
            }
        }
        return types;
    }

    private static Optional<Object> as(String type, String text) {
        return switch (type) {
            case "string" -> Optional.of(text);
            case "boolean" ->
                switch (text.strip().toLowerCase(Locale.ROOT)) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.empty();
                };
            case "integer" -> integer(text.strip());
            case "number" -> number(text.strip());
            case "array" -> parsed(text).filter(List.class::isInstance);
            case "object" -> parsed(text).filter(Map.class::isInstance);
            default -> Optional.empty();
        };
    }

    private static Optional<Object> parsed(String text) {
        return Json.parse(text).flatMap(Json.Parsed::value);
    }

    private static Optional<Object> integer(String text) {
        try {
            return Optional.of(Long.valueOf(text));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    private static boolean integral(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15;
    }

    private static Optional<Object> number(String text) {
        Optional<Object> value = Json.strict(text).flatMap(Json.Parsed::value).filter(Number.class::isInstance);
        return value.map(number -> number instanceof Double real && integral(real) ? (Object) real.longValue() : number);
    }
}
