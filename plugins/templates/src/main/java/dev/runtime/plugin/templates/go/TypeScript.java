package dev.runtime.plugin.templates.go;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Types of a tool's properties in the words of TypeScript. */
final class TypeScript {
    private TypeScript() {}

    static String type(Object property) {
        Object json = property instanceof GoStruct struct && struct.json() != null ? struct.json() : property;
        if (!(json instanceof Map<?, ?> map)) {
            return "any";
        }
        if (map.get("anyOf") instanceof List<?> several && !several.isEmpty()) {
            return several.stream().map(TypeScript::type).collect(Collectors.joining(" | "));
        }
        List<String> types = new ArrayList<>();
        switch (map.get("type")) {
            case String one -> types.add(word(one));
            case List<?> several -> several.forEach(each -> types.add(word(String.valueOf(each))));
            case null, default -> types.add("any");
        }
        return types.isEmpty() ? "any" : String.join(" | ", types);
    }

    private static String word(String type) {
        return switch (type) {
            case "string", "boolean", "null" -> type;
            case "number", "integer" -> "number";
            case "array" -> "any[]";
            case "object" -> "Record<string, any>";
            default -> "any";
        };
    }
}
