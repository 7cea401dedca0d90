package dev.runtime.plugin.output.parsers;

import dev.runtime.api.inference.ToolDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tools that a model was offered, by name. */
final class Tools {
    private final Map<String, ToolDefinition> byName = new HashMap<>();

    Tools(List<ToolDefinition> tools) {
        tools.forEach(tool -> byName.putIfAbsent(tool.name(), tool));
    }

    boolean offered() {
        return !byName.isEmpty();
    }

    boolean has(String name) {
        return byName.containsKey(name);
    }

    /** Tells whether a tool cannot be called without arguments. */
    boolean needsArguments(String name) {
        ToolDefinition definition = byName.get(name);
        return definition != null && definition.parameters().get("required") instanceof List<?> required && !required.isEmpty();
    }

    /** Returns the schema of a tool's parameter; empty if there is none. */
    Map<?, ?> schema(String tool, String parameter) {
        ToolDefinition definition = byName.get(tool);
        boolean described = definition != null
                && definition.parameters().get("properties") instanceof Map<?, ?> properties
                && properties.get(parameter) instanceof Map<?, ?>;
        return described ? (Map<?, ?>) ((Map<?, ?>) definition.parameters().get("properties")).get(parameter) : Map.of();
    }
}
