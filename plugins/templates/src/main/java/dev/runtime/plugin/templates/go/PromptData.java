package dev.runtime.plugin.templates.go;

import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.ChatPrompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What templates see of a conversation. */
final class PromptData {
    private PromptData() {}

    /** Returns messages of which those of one role in a row are one; results of tools stay apart. */
    static List<Message> collated(List<Message> messages) {
        List<Message> collated = new ArrayList<>();
        for (Message message : messages) {
            Message last = collated.isEmpty() ? null : collated.getLast();
            boolean joins = last != null && last.role().equals(message.role()) && !message.role().equals(Role.TOOL)
                    && message.toolCalls().isEmpty() && last.toolCalls().isEmpty();
            if (joins) {
                List<byte[]> images = new ArrayList<>(last.images());
                images.addAll(message.images());
                collated.set(collated.size() - 1, new Message(last.role(), last.content() + "\n\n" + message.content(), last.thinking(), images,
                        List.of(), last.toolName(), last.toolCallId()));
            } else {
                collated.add(message);
            }
        }
        return collated;
    }

    /** Returns what is the same in all styles. */
    static Map<String, Object> common(ChatPrompt prompt) {
        Map<String, Object> data = new LinkedHashMap<>();
        Thinking thinking = prompt.thinking();
        data.put("Think", thinking.requested());
        data.put("ThinkLevel", switch (thinking) {
            case DEFAULT, OFF -> "";
            case ON, MEDIUM -> "medium";
            case LOW -> "low";
            case HIGH -> "high";
            case MAX -> "max";
        });
        data.put("IsThinkSet", thinking != Thinking.DEFAULT);
        data.put("Response", "");
        return data;
    }

    /** Returns the data of templates that write messages themselves. */
    static Map<String, Object> messages(ChatPrompt prompt, List<Message> collated) {
        Map<String, Object> data = common(prompt);
        data.put("System", String.join("\n\n", collated.stream().filter(m -> m.role().equals(Role.SYSTEM)).map(Message::content).toList()));
        data.put("Messages", collated.stream().map(PromptData::message).toList());
        List<Object> tools = prompt.tools().stream().map(PromptData::tool).toList();
        data.put("Tools", tools.isEmpty() ? List.of() : new GoJson.Array(tools));
        return data;
    }

    private static Object message(Message message) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Role", message.role());
        fields.put("Content", message.content());
        fields.put("Thinking", message.thinking());
        fields.put("Images", List.copyOf(message.images()));
        fields.put("ToolCalls", message.toolCalls().stream().map(PromptData::call).toList());
        fields.put("ToolName", message.toolName());
        fields.put("ToolCallID", message.toolCallId());
        return new GoStruct("*api.Message", fields, null);
    }

    private static Object call(ToolCall call) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("Index", (long) call.index());
        function.put("Name", call.name());
        function.put("Arguments", new GoJson.Dictionary(new TreeMap<>(sorted(call.arguments()))));
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("ID", call.id());
        fields.put("Function", new GoStruct("api.ToolCallFunction", function, null));
        return new GoStruct("api.ToolCall", fields, null);
    }

    /** A map as this language writes it: keys in their natural order, all the way down. */
    private static Map<String, Object> sorted(Map<?, ?> map) {
        Map<String, Object> sorted = new TreeMap<>();
        map.forEach((key, value) -> sorted.put(String.valueOf(key), value(value)));
        return sorted;
    }

    private static Object value(Object value) {
        return switch (value) {
            case Map<?, ?> map -> sorted(map);
            case List<?> list -> new ArrayList<>(list.stream().map(PromptData::value).toList());
            case null -> null;
            default -> value;
        };
    }

    private static Object tool(ToolDefinition tool) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        Map<String, Object> json = new LinkedHashMap<>();
        Map<String, Object> given = tool.parameters();
        Object properties = given.get("properties");
        json.put("type", String.valueOf(given.getOrDefault("type", "object")));
        copy(given, json, "$defs", "items", "required");
        TreeMap<String, Object> described = new TreeMap<>();
        TreeMap<String, Object> plain = new TreeMap<>();
        if (properties instanceof Map<?, ?> map) {
            map.forEach((name, property) -> {
                GoStruct struct = property(property);
                described.put(String.valueOf(name), struct);
                plain.put(String.valueOf(name), struct.json());
            });
        }
        json.put("properties", plain);
        parameters.put("Type", json.get("type"));
        parameters.put("Required", given.get("required") instanceof List<?> list ? list : List.of());
        parameters.put("Properties", new GoJson.Dictionary(described));
        parameters.put("Items", value(given.get("items")));
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("Name", tool.name());
        function.put("Description", tool.description());
        function.put("Parameters", new GoStruct("api.ToolFunctionParameters", parameters, json));
        Map<String, Object> functionJson = new LinkedHashMap<>();
        functionJson.put("name", tool.name());
        functionJson.put("description", tool.description());
        functionJson.put("parameters", json);
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Type", "function");
        fields.put("Function", new GoStruct("api.ToolFunction", function, functionJson));
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("type", "function");
        whole.put("function", functionJson);
        return new GoStruct("api.Tool", fields, whole);
    }

    private static GoStruct property(Object property) {
        Map<?, ?> given = property instanceof Map<?, ?> map ? map : Map.of();
        Map<String, Object> json = new LinkedHashMap<>();
        copy(given, json, "anyOf", "type", "items", "description", "enum", "properties", "required");
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("Type", given.get("type") instanceof String one ? one : given.get("type") instanceof List<?> several ? several : "");
        fields.put("Description", given.get("description") instanceof String text ? text : "");
        fields.put("Enum", given.get("enum") instanceof List<?> list ? list : List.of());
        fields.put("Items", value(given.get("items")));
        fields.put("AnyOf", given.get("anyOf") instanceof List<?> list ? list : List.of());
        return new GoStruct("api.ToolProperty", fields, json);
    }

    private static void copy(Map<?, ?> from, Map<String, Object> to, String... names) {
        for (String name : names) {
            if (from.get(name) != null) {
                to.put(name, value(from.get(name)));
            }
        }
    }
}
