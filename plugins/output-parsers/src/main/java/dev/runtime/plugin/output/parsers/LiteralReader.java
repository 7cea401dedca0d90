package dev.runtime.plugin.output.parsers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Calls written as code: {@code f(a=1, b="x")} with Python's literals, and Gemma's {@code call:f{a:1,b:<|"|>x<|"|>}}.
 *
 * <p>A recursive descent over literals only; anything else is an error.
 */
final class LiteralReader {
    private static final int MAX_DEPTH = 100;

    private final String text;
    /** What stands around strings besides quotes, empty if nothing. */
    private final String quoteMarker;
    private int at;
    private int depth;

    LiteralReader(String text, String quoteMarker) {
        this.text = text;
        this.quoteMarker = quoteMarker;
    }

    /** The text is not what was expected. */
    static final class Malformed extends Exception {
        private static final long serialVersionUID = 1;

        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    /** Reads calls up to the end, in square brackets or not, divided by commas, semicolons or white space. */
    static Reading pythonCalls(String text) {
        LiteralReader reader = new LiteralReader(text.strip(), "");
        try {
            List<Call> calls = new ArrayList<>();
            boolean list = reader.skip('[');
            while (!reader.atEnd() && !(list && reader.skip(']'))) {
                calls.add(reader.pythonCall());
                while (reader.skip(',') || reader.skip(';')) {
                    // several separators are as good as one
                }
            }
            return calls.isEmpty() || !reader.atEnd()
                    ? new Reading.Unreadable("it holds no function call")
                    : new Reading.Calls(calls, List.of());
        } catch (Malformed e) {
            return new Reading.Unreadable(e.getMessage());
        }
    }

    /** Reads {@code call:NAME{key:value,...}}. */
    static Reading gemmaCall(String text, String quoteMarker) {
        LiteralReader reader = new LiteralReader(text.strip(), quoteMarker);
        try {
            reader.word("call:");
            String name = reader.name();
            Map<String, Object> arguments = reader.map('{', '}');
            return reader.atEnd()
                    ? new Reading.Calls(List.of(new Call("", name, arguments)), List.of())
                    : new Reading.Unreadable("there is text after its arguments");
        } catch (Malformed e) {
            return new Reading.Unreadable(e.getMessage());
        }
    }

    private Call pythonCall() throws Malformed {
        String name = name();
        if (!skip('(')) {
            throw new Malformed("a function's name is not followed by '('");
        }
        Map<String, Object> arguments = new LinkedHashMap<>();
        while (!skip(')')) {
            String key = name();
            if (!skip('=')) {
                throw new Malformed("an argument has no name");
            }
            arguments.put(key, value());
            if (!skip(',') && peek() != ')') {
                throw new Malformed("arguments are not divided by commas");
            }
        }
        return new Call("", name, arguments);
    }

    private String name() throws Malformed {
        space();
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || "_.-".indexOf(text.charAt(at)) >= 0)) {
            at++;
        }
        if (start == at) {
            throw new Malformed("a name is missing");
        }
        return text.substring(start, at);
    }

    private void word(String word) throws Malformed {
        space();
        if (!text.startsWith(word, at)) {
            throw new Malformed("'" + word + "' is missing");
        }
        at += word.length();
    }

    private Object value() throws Malformed {
        if (++depth > MAX_DEPTH) {
            throw new Malformed("values are nested too deep");
        }
        space();
        Object value =
                switch (peek()) {
                    case '"', '\'' -> quoted();
                    case '[' -> list('[', ']');
                    case '(' -> list('(', ')');
                    case '{' -> map('{', '}');
                    default -> marked() ? markedText() : bare();
                };
        depth--;
        return value;
    }

    private boolean marked() {
        return !quoteMarker.isEmpty() && text.startsWith(quoteMarker, at);
    }

    private String markedText() throws Malformed {
        int start = at + quoteMarker.length();
        int end = text.indexOf(quoteMarker, start);
        if (end < 0) {
            throw new Malformed("a string is not closed");
        }
        at = end + quoteMarker.length();
        return text.substring(start, end);
    }

    private String quoted() throws Malformed {
        int end = Brackets.stringEnd(text, at);
        if (end < 0) {
            throw new Malformed("a string is not closed");
        }
        StringBuilder out = new StringBuilder();
        for (int i = at + 1; i < end - 1; i++) {
            char c = text.charAt(i);
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            switch (escaped) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'r' -> out.append('\r');
                case 'b' -> out.append('\b');
                case 'f' -> out.append('\f');
                case 'u' -> {
                    if (i + 4 >= end || !text.substring(i + 1, i + 5).matches("[0-9a-fA-F]{4}")) {
                        throw new Malformed("an escape is not complete");
                    }
                    out.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
                    i += 4;
                }
                case '\\', '\'', '"', '/' -> out.append(escaped);
                default -> out.append('\\').append(escaped);
            }
        }
        at = end;
        return out.toString();
    }

    private List<Object> list(char open, char close) throws Malformed {
        skip(open);
        List<Object> list = new ArrayList<>();
        while (!skip(close)) {
            list.add(value());
            if (!skip(',') && peek() != close) {
                throw new Malformed("items are not divided by commas");
            }
        }
        return list;
    }

    private Map<String, Object> map(char open, char close) throws Malformed {
        if (!skip(open)) {
            throw new Malformed("'" + open + "' is missing");
        }
        Map<String, Object> map = new LinkedHashMap<>();
        while (!skip(close)) {
            space();
            String key = peek() == '"' || peek() == '\'' ? quoted() : marked() ? markedText() : name();
            if (!skip(':')) {
                throw new Malformed("a key has no value");
            }
            map.put(key, value());
            if (!skip(',') && peek() != close) {
                throw new Malformed("entries are not divided by commas");
            }
        }
        return map;
    }

    private Object bare() throws Malformed {
        int start = at;
        while (at < text.length() && ",)]}".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(start, at).strip();
        return switch (word) {
            case "" -> throw new Malformed("a value is missing");
            case "true", "True" -> true;
            case "false", "False" -> false;
            case "null", "None", "nil" -> null;
            default -> Json.strict(word).flatMap(Json.Parsed::value).filter(Number.class::isInstance).orElse(word);
        };
    }

    private char peek() {
        space();
        return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean skip(char c) {
        if (peek() != c) {
            return false;
        }
        at++;
        return true;
    }

    private boolean atEnd() {
        return peek() == 0;
    }

    private void space() {
        at = MarkerScanner.skipSpace(text, at);
    }
}
