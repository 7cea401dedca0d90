package dev.runtime.plugin.templates.jinja;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** JSON of the test data as plain values. */
final class Json {
    private Json() {}

    static Object plain(JsonNode node) {
        return switch (node.getNodeType()) {
            case STRING -> node.asString();
            case BOOLEAN -> node.asBoolean();
            case NUMBER -> number(node);
            case ARRAY -> {
                List<Object> list = new ArrayList<>();
                node.valueStream().forEach(item -> list.add(plain(item)));
                yield list;
            }
            case OBJECT -> object(node);
            case NULL, MISSING, BINARY, POJO -> null;
        };
    }

    private static Object number(JsonNode node) {
        if (!node.isIntegralNumber()) {
            return node.asDouble();
        }
        return node.canConvertToLong() ? (Object) node.asLong() : node.bigIntegerValue();
    }

    static Map<String, Object> object(JsonNode node) {
        Map<String, Object> map = new LinkedHashMap<>();
        node.properties().forEach(entry -> map.put(entry.getKey(), plain(entry.getValue())));
        return map;
    }
}
