package dev.runtime.plugin.output.parsers;

import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.OutputParser;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Writes down what a parser passes on; neighbouring texts of one kind are one entry. */
final class Recorder implements OutputParser.Sink {
    private final List<String> entries = new ArrayList<>();
    private final List<ToolCall> calls = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private String kind = "";

    /** What a parser made of a reply. */
    record Result(List<String> entries, List<ToolCall> calls, List<String> notes) {
        String content() {
            return joined("content:");
        }

        String thinking() {
            return joined("thinking:");
        }

        private String joined(String prefix) {
            StringBuilder out = new StringBuilder();
            entries.stream().filter(entry -> entry.startsWith(prefix)).forEach(entry -> out.append(entry.substring(prefix.length())));
            return out.toString();
        }
    }

    @Override
    public void content(String text) {
        add("content:", text);
    }

    @Override
    public void thinking(String text) {
        add("thinking:", text);
    }

    private void add(String newKind, String text) {
        if (text.isEmpty()) {
            throw new AssertionError("an empty text was passed on");
        }
        if (kind.equals(newKind)) {
            entries.set(entries.size() - 1, entries.getLast() + text);
        } else {
            entries.add(newKind + text);
        }
        kind = newKind;
    }

    @Override
    public void toolCall(ToolCall call) {
        kind = "";
        entries.add("call:" + call.name() + call.arguments());
        calls.add(call);
    }

    @Override
    public void note(String text) {
        notes.add(text);
    }

    private Result result() {
        return new Result(List.copyOf(entries), List.copyOf(calls), List.copyOf(notes));
    }

    /** Parses a reply whole, character by character and in random splits, and demands the same from all. */
    static Result parse(OutputParser parser, OutputParser.Request request, String reply) {
        Result whole = pieces(parser, request, List.of(reply));
        List<String> characters = new ArrayList<>();
        for (int i = 0; i < reply.length(); i++) {
            characters.add(reply.substring(i, i + 1));
        }
        equal(whole, pieces(parser, request, characters), "character by character: " + reply);
        Random random = new Random(7);
        for (int round = 0; round < 20; round++) {
            List<String> pieces = new ArrayList<>();
            for (int at = 0; at < reply.length(); ) {
                int end = Math.min(reply.length(), at + 1 + random.nextInt(round % 2 == 0 ? 5 : 40));
                pieces.add(reply.substring(at, end));
                at = end;
            }
            equal(whole, pieces(parser, request, pieces), pieces.toString());
        }
        return whole;
    }

    private static void equal(Result expected, Result actual, String message) {
        if (!expected.equals(actual)) {
            throw new AssertionError(message + "\nexpected " + expected + "\nbut got  " + actual);
        }
    }

    static Result pieces(OutputParser parser, OutputParser.Request request, List<String> pieces) {
        Recorder recorder = new Recorder();
        OutputParser.Session session = parser.open(request);
        pieces.forEach(piece -> session.accept(piece, recorder));
        session.finish(recorder);
        return recorder.result();
    }

    /** Returns tools with these names and no parameters. */
    static List<ToolDefinition> tools(String... names) {
        List<ToolDefinition> tools = new ArrayList<>();
        for (String name : names) {
            tools.add(new ToolDefinition(name, "", Map.of(), Map.of()));
        }
        return tools;
    }
}
