package dev.runtime.plugin.output.parsers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls as JSON objects with a name and arguments. */
final class JsonCalls {
    private static final List<String> NAMES = List.of("name", "tool_name", "function");
    private static final List<String> ARGUMENTS = List.of("arguments", "parameters", "args", "input");
    private static final List<String> IDS = List.of("id", "tool_call_id");

    private JsonCalls() {}

    /**
     * Reads text that holds one or more objects, or arrays of them.
     *
     * @param complete whether the text has its end; only then missing brackets are added
     */
    static Reading read(String text, boolean complete) {
        List<Call> calls = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (String value : Json.values(text)) {
            Optional<Json.Parsed> parsed = Json.parse(value);
            if (parsed.isEmpty() && complete) {
                parsed = closed(value);
            }
            if (parsed.isEmpty()) {
                return new Reading.Unreadable("it is not valid JSON");
            }
            Optional<List<Call>> read = calls(parsed.get().value().orElse(""));
            if (read.isEmpty()) {
                return new Reading.Unreadable("it has no name, or its arguments are no object");
            }
            if (parsed.get().repaired()) {
                notes.add("the JSON of a tool call was repaired");
            }
            calls.addAll(read.get());
        }
        return calls.isEmpty() ? new Reading.Unreadable("it holds no JSON object") : new Reading.Calls(calls, notes);
    }

    private static Optional<Json.Parsed> closed(String value) {
        String missing = Brackets.missing(value);
        if (missing == null || missing.isEmpty()) {
            return Optional.empty();
        }
        return Json.parse(value.strip() + missing).map(parsed -> new Json.Parsed(parsed.value(), true));
    }

    private static Optional<List<Call>> calls(Object value) {
        if (value instanceof List<?> list) {
            List<Call> calls = new ArrayList<>();
            for (Object item : list) {
                Optional<Call> call = call(item);
                if (call.isEmpty()) {
                    return Optional.empty();
                }
                calls.add(call.get());
            }
            return Optional.of(calls);
        }
        return call(value).map(List::of);
    }

    /** Reads one object. */
    static Optional<Call> call(Object value) {
        if (!(value instanceof Map<?, ?> object)) {
            return Optional.empty();
        }
        if (object.get("function") instanceof Map<?, ?> function) {
            return call(function).map(call -> new Call(first(object, IDS), call.name(), call.arguments()));
        }
        String name = first(object, NAMES);
        if (name.isBlank()) {
            return Optional.empty();
        }
        Object arguments = null;
        for (String key : ARGUMENTS) {
            if (object.containsKey(key)) {
                arguments = object.get(key);
                break;
            }
        }
        return Json.object(arguments).map(map -> new Call(first(object, IDS), name.strip(), map));
    }

    private static String first(Map<?, ?> object, List<String> keys) {
        for (String key : keys) {
            if (object.get(key) instanceof String text) {
                return text;
            }
        }
        return "";
    }
}
