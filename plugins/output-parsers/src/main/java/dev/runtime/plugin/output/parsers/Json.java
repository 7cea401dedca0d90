package dev.runtime.plugin.output.parsers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON of models: read strictly first, then with the slips that models make. */
final class Json {
    private static final JsonMapper STRICT = JsonMapper.builder().build();
    private static final JsonMapper LENIENT =
            JsonMapper.builder()
                    .enable(
                            JsonReadFeature.ALLOW_SINGLE_QUOTES,
                            JsonReadFeature.ALLOW_TRAILING_COMMA,
                            JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS,
                            JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
                    .build();

    private Json() {}

    /** A value, and whether it had to be repaired; JSON's null is an empty value. */
    record Parsed(Optional<Object> value, boolean repaired) {}

    /** Reads one value that fills the text; nothing if it is none even with repairs. */
    static Optional<Parsed> parse(String text) {
        Optional<Parsed> strict = read(STRICT, text, false);
        if (strict.isPresent()) {
            return strict;
        }
        Optional<Parsed> lenient = read(LENIENT, text, true);
        return lenient.isPresent() ? lenient : read(LENIENT, PythonConstants.toJson(text), true);
    }

    /** Reads one value without repairs. */
    static Optional<Parsed> strict(String text) {
        return read(STRICT, text, false);
    }

    private static Optional<Parsed> read(JsonMapper mapper, String text, boolean repaired) {
        if (text.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Parsed(Optional.ofNullable(plain(mapper.readValue(text, Object.class))), repaired));
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /** Returns a value with all its small integers as {@code Long}; the reader bounds the depth. */
    private static Object plain(Object value) {
        return switch (value) {
            case Integer number -> number.longValue();
            case List<?> list -> {
                List<Object> copy = new ArrayList<>(list.size());
                list.forEach(item -> copy.add(plain(item)));
                yield copy;
            }
            case Map<?, ?> map -> {
                Map<Object, Object> copy = new LinkedHashMap<>();
                map.forEach((key, item) -> copy.put(key, plain(item)));
                yield copy;
            }
            case null, default -> value;
        };
    }

    /** Returns a value as an object, if it is one or a string that holds one; nothing at all counts as an empty object. */
    static Optional<Map<String, Object>> object(Object value) {
        return switch (value) {
            case null -> Optional.of(Map.of());
            case Map<?, ?> map -> {
                Map<String, Object> object = new LinkedHashMap<>();
                map.forEach((key, item) -> object.put(String.valueOf(key), item));
                yield Optional.of(object);
            }
            case String text when text.isBlank() -> Optional.of(Map.of());
            case String text -> parse(text).flatMap(Parsed::value).filter(Map.class::isInstance).flatMap(Json::object);
            default -> Optional.empty();
        };
    }

    /** Cuts text into the objects and arrays that follow one another in it; what stands between them is left out. */
    static List<String> values(String text) {
        List<String> values = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '{' || c == '[') {
                int end = Brackets.end(text, at);
                values.add(text.substring(at, end < 0 ? text.length() : end));
                at = end < 0 ? text.length() : end;
            } else {
                at++;
            }
        }
        return values;
    }
}
