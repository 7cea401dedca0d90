package dev.runtime.plugin.dialect.openai;

import java.util.List;
import java.util.Map;

/** Names kinds of JSON values as the messages do that clients know. */
final class TypeWord {
    private TypeWord() {}

    static String of(Object value) {
        return switch (value) {
            case null -> "<nil>";
            case String text -> "string";
            case Boolean flag -> "bool";
            case Map<?, ?> object -> "map[string]interface {}";
            case List<?> list -> "[]interface {}";
            default -> "float64";
        };
    }
}
