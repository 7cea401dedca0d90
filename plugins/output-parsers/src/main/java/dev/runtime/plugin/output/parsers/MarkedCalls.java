package dev.runtime.plugin.output.parsers;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Calls whose parts stand between markers, with JSON arguments. */
final class MarkedCalls {
    private MarkedCalls() {}

    /** Reads calls of DeepSeek V3.1 (name, separator, arguments) and of V3 and R1 ("function", separator, name, fenced arguments). */
    static Reading deepSeek(String body) {
        List<Call> calls = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Part part : parts(body, "<｜tool▁call▁begin｜>", "<｜tool▁sep｜>", "<｜tool▁call▁end｜>")) {
            String name = part.head();
            String arguments = part.arguments();
            int fence = arguments.indexOf("```");
            if (fence >= 0) {
                name = arguments.substring(0, fence).strip();
                int brace = arguments.indexOf('{', fence);
                int close = arguments.lastIndexOf("```");
                arguments = brace < 0 ? "" : arguments.substring(brace, close > brace ? close : arguments.length());
            }
            if (!add("", name, arguments, calls, notes)) {
                return new Reading.Unreadable("its arguments are no JSON object");
            }
        }
        return result(calls, notes);
    }

    /** Reads calls of Kimi K2: the id, which holds the name, and arguments. */
    static Reading kimi(String body) {
        List<Call> calls = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (Part part : parts(body, "<|tool_call_begin|>", "<|tool_call_argument_begin|>", "<|tool_call_end|>")) {
            String id = part.head();
            int colon = id.lastIndexOf(':');
            String name = colon < 0 ? id : id.substring(0, colon);
            if (!add(id, name.startsWith("functions.") ? name.substring("functions.".length()) : name, part.arguments(), calls, notes)) {
                return new Reading.Unreadable("its arguments are no JSON object");
            }
        }
        return result(calls, notes);
    }

    /** What stands before and after a separator. */
    private record Part(String head, String arguments) {}

    /** Takes a body apart; a marker in a string of the arguments belongs to it. */
    private static List<Part> parts(String body, String open, String separator, String close) {
        List<Part> parts = new ArrayList<>();
        for (int at = body.indexOf(open); at >= 0; at = body.indexOf(open, at)) {
            int middle = body.indexOf(separator, at);
            if (middle < 0) {
                break;
            }
            int from = middle + separator.length();
            int end = Brackets.outside(body, close, from);
            end = end < 0 ? body.length() : end;
            parts.add(new Part(body.substring(at + open.length(), middle).strip(), body.substring(from, end).strip()));
            at = end;
        }
        return parts;
    }

    /** Adds a call; none for arguments are an empty object. Returns whether the arguments could be read. */
    static boolean add(String id, String name, String arguments, List<Call> calls, List<String> notes) {
        Optional<Json.Parsed> parsed = Json.parse(arguments.isBlank() ? "{}" : arguments.strip());
        Optional<Map<String, Object>> object = parsed.flatMap(Json.Parsed::value).flatMap(Json::object);
        if (name.isEmpty() || object.isEmpty()) {
            return false;
        }
        if (parsed.get().repaired()) {
            notes.add("the JSON of a tool call was repaired");
        }
        calls.add(new Call(id, name, object.get()));
        return true;
    }

    private static Reading result(List<Call> calls, List<String> notes) {
        return calls.isEmpty() ? new Reading.Unreadable("it holds no call") : new Reading.Calls(calls, notes);
    }
}
