package dev.runtime.plugin.output.parsers;

import java.util.List;

/** Llama's calls after {@code <|python_tag|>}: JSON, or for tools that the model knows by itself code such as {@code brave_search.call(query="x")}. */
final class PythonTagBlock implements CallBlock {
    private static final String CALL = ".call";

    private final CallBlock json = new JsonBlock("");

    @Override
    public int end(StringBuilder text) {
        int first = MarkerScanner.skipSpace(text, 0);
        return first < text.length() && (text.charAt(first) == '{' || text.charAt(first) == '[') ? json.end(text) : OPEN;
    }

    @Override
    public Reading read(String text, boolean complete) {
        Reading reading = json.read(text, complete);
        return reading instanceof Reading.Unreadable && LiteralReader.pythonCalls(text.replace("<|eom_id|>", ""))
                instanceof Reading.Calls(List<Call> calls, List<String> notes)
                ? new Reading.Calls(calls.stream().map(PythonTagBlock::plain).toList(), notes) : reading;
    }

    private static Call plain(Call call) {
        return call.name().endsWith(CALL) ? new Call(call.id(), call.name().substring(0, call.name().length() - CALL.length()), call.arguments()) : call;
    }
}
