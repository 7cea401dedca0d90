package dev.runtime.plugin.output.parsers;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Mistral's calls: {@code NAME[ARGS]{...}}, or in older models an array of objects. */
final class NamedJsonBlock implements CallBlock {
    private static final String ARGUMENTS = "[ARGS]";
    private static final String ID = "[CALL_ID]";

    private final CallBlock array = new JsonBlock("");

    @Override
    public int end(StringBuilder text) {
        int first = MarkerScanner.skipSpace(text, 0);
        if (first == text.length()) {
            return OPEN;
        }
        char c = text.charAt(first);
        if (c == '[' || c == '{') {
            return array.end(text);
        }
        int marker = text.indexOf(ARGUMENTS);
        if (marker < 0) {
            return OPEN;
        }
        int json = MarkerScanner.skipSpace(text, marker + ARGUMENTS.length());
        if (json == text.length()) {
            return OPEN;
        }
        return text.charAt(json) == '{' ? Brackets.end(text, json) : json;
    }

    @Override
    public Reading read(String text, boolean complete) {
        int marker = text.indexOf(ARGUMENTS);
        if (marker < 0 || text.stripLeading().startsWith("[")) {
            return JsonCalls.read(text, complete);
        }
        String arguments = text.substring(marker + ARGUMENTS.length());
        if (arguments.isBlank() && !complete) {
            return new Reading.Unreadable("its arguments are missing");
        }
        String name = text.substring(0, marker).strip();
        int idMarker = name.indexOf(ID);
        String id = idMarker < 0 ? "" : name.substring(idMarker + ID.length()).strip();
        List<Call> calls = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        boolean read = MarkedCalls.add(
                id, idMarker < 0 ? name : name.substring(0, idMarker).strip(), arguments, calls, notes);
        return read ? new Reading.Calls(calls, notes) : new Reading.Unreadable("its arguments are no JSON object");
    }

    @Override
    public Set<String> markers() {
        return Set.of(ARGUMENTS, ID);
    }
}
