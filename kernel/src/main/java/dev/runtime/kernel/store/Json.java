package dev.runtime.kernel.store;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON from outside as plain values: {@code Map}, {@code List}, {@code String}, {@code Long}, {@code Double}, {@code Boolean}; null values are
 * left out. Depth is bounded. The streaming parser alone does it: the object mapper would cost start-up time.
 */
final class Json {
    private static final int DEPTH = 32;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEPTH).build())
            .build();

    private Json() {}

    /** Returns the one value of a text, or nothing if it is no JSON, null, too deep or has something after it. */
    static Optional<Object> parse(byte[] utf8) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
            JsonToken first = parser.nextToken();
            Object value = first == null ? null : value(parser, first);
            return parser.nextToken() == null ? Optional.ofNullable(value) : Optional.empty();
        } catch (JacksonException _) {
            return Optional.empty();
        }
    }

    /** Returns the object of a text, or nothing if it is something else. */
    static Optional<Map<?, ?>> object(byte[] utf8) {
        return parse(utf8).flatMap(value -> value instanceof Map<?, ?> map ? Optional.of(map) : Optional.empty());
    }

    private static Object value(JsonParser parser, JsonToken token) {
        return switch (token) {
            case START_OBJECT -> {
                Map<String, Object> map = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String name = parser.currentName();
                    Object value = value(parser, parser.nextToken());
                    if (value != null) {
                        map.put(name, value);
                    }
                }
                yield map;
            }
            case START_ARRAY -> {
                List<Object> list = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    Object value = value(parser, next);
                    if (value != null) {
                        list.add(value);
                    }
                }
                yield list;
            }
            case VALUE_STRING -> parser.getString();
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL, VALUE_EMBEDDED_OBJECT, END_OBJECT, END_ARRAY, PROPERTY_NAME, NOT_AVAILABLE -> null;
        };
    }

    private static Object integer(JsonParser parser) {
        BigInteger n = parser.getBigIntegerValue();
        return n.bitLength() < Long.SIZE ? (Object) n.longValue() : (Object) n.doubleValue();
    }

    static String text(Map<?, ?> object, String name) {
        return object.get(name) instanceof String s ? s : "";
    }

    static long integer(Map<?, ?> object, String name, long orElse) {
        return object.get(name) instanceof Long n ? n : orElse;
    }

    static List<String> texts(Map<?, ?> object, String name) {
        return object.get(name) instanceof List<?> list
                ? list.stream().filter(String.class::isInstance).map(String.class::cast).toList() : List.of();
    }
}
