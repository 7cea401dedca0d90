package dev.runtime.plugin.output.parsers;

import java.util.List;

/**
 * A call without markers where a reply begins: JSON, or a list of calls as code. It is a call only if the tool was offered; a reply that
 * is JSON for other reasons is content.
 */
final class BareBlock implements CallBlock {
    private final Tools tools;

    BareBlock(Tools tools) {
        this.tools = tools;
    }

    @Override
    public int end(StringBuilder text) {
        int first = MarkerScanner.skipSpace(text, 0);
        if (first == text.length()) {
            return OPEN;
        }
        char c = text.charAt(first);
        if (c == ';' || c == ',') {
            int next = MarkerScanner.skipSpace(text, first + 1);
            return next == text.length() ? OPEN : text.charAt(next) == '{' ? Brackets.end(text, next) : first + 1;
        }
        return Brackets.end(text, first);
    }

    @Override
    public Reading read(String text, boolean complete) {
        Reading reading = JsonCalls.read(text, false);
        if (reading instanceof Reading.Unreadable && text.stripLeading().startsWith("[")) {
            reading = LiteralReader.pythonCalls(text);
        }
        boolean offered = reading instanceof Reading.Calls(List<Call> calls, List<String> _)
                && calls.stream().allMatch(call -> tools.has(call.name()));
        return offered ? reading : new Reading.Unreadable("it is no call of an offered tool");
    }

    @Override
    public boolean doubtful() {
        return true;
    }
}
