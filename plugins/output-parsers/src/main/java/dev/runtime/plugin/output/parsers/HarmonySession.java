package dev.runtime.plugin.output.parsers;

import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.CallForm;
import dev.runtime.api.text.OutputParser;
import dev.runtime.api.text.ReplyForm;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Streams a reply in the harmony format.
 *
 * <p>Messages are {@code <|start|>HEADER<|message|>BODY<|end|>}; the prompt has written the first start and role. Channel
 * {@code analysis} is a thought, {@code final} and {@code commentary} are content, and any recipient makes the body a call's arguments.
 */
final class HarmonySession implements OutputParser.Session {
    private static final String START = "<|start|>";
    private static final String CHANNEL = "<|channel|>";
    private static final String MESSAGE = "<|message|>";
    private static final String CONSTRAIN = "<|constrain|>";
    private static final List<String> ENDS = List.of("<|end|>", "<|call|>", "<|return|>", START, CHANNEL);
    private static final String FUNCTIONS = "functions.";

    private enum State {
        /** Before the first marker: a header, or text of a model that writes none. */
        BEGIN,
        HEADER,
        BODY,
        BETWEEN
    }

    private final OutputParser.Request request;
    private final Tools tools;
    private final StringBuilder buffer = new StringBuilder();
    private final MarkerScanner headerMarkers = new MarkerScanner(List.of(MESSAGE));
    private final MarkerScanner bodyMarkers = new MarkerScanner(ENDS);
    private final MarkerScanner startMarkers = new MarkerScanner(List.of(START, CHANNEL));
    private final StringBuilder arguments = new StringBuilder();
    private State state = State.BEGIN;
    private boolean thought;
    private String recipient = "";
    private int calls;
    private boolean hidThoughts;

    HarmonySession(OutputParser.Request request) {
        this.request = request;
        this.tools = new Tools(request.tools());
        String prompt = request.promptEnd();
        if (prompt.endsWith(MESSAGE)) {
            int start = Math.max(0, prompt.lastIndexOf(START));
            header(prompt.substring(start, prompt.length() - MESSAGE.length()).replace(START, ""));
        }
    }

    @Override
    public Set<String> markers() {
        return Set.of(START, CHANNEL, MESSAGE, CONSTRAIN, "<|end|>", "<|call|>", "<|return|>");
    }

    @Override
    public ReplyForm form() {
        boolean begun = state == State.BODY && thought;
        String answer = state == State.BODY && !thought ? "" : CHANNEL + "final" + MESSAGE;
        // a call's end token ends the reply, so there is one call at most
        CallForm calls = new CallForm("", CHANNEL + "commentary to=" + FUNCTIONS, " " + CONSTRAIN + "json" + MESSAGE, new CallForm.Arguments.Json(),
                "", Optional.empty(), "");
        return new ReplyForm(Optional.of(new ReplyForm.Thought(CHANNEL + "analysis" + MESSAGE, "<|end|>" + START + "assistant", begun)), answer,
                Optional.of(calls));
    }

    @Override
    public void accept(String text, OutputParser.Sink sink) {
        buffer.append(text);
        run(sink, false);
    }

    @Override
    public void finish(OutputParser.Sink sink) {
        run(sink, true);
        switch (state) {
            case BODY -> endBody(sink);
            case HEADER -> sink.note("the reply ended within the header of a message");
            case BEGIN, BETWEEN -> { }
        }
    }

    private void run(OutputParser.Sink sink, boolean last) {
        boolean moved = true;
        while (moved && !buffer.isEmpty()) {
            moved =
                    switch (state) {
                        case BEGIN -> begin(last);
                        case HEADER -> header(last);
                        case BODY -> body(sink, last);
                        case BETWEEN -> between(last);
                    };
        }
    }

    private boolean begin(boolean last) {
        int at = MarkerScanner.skipSpace(buffer, 0);
        MarkerScanner.Found found = new MarkerScanner(List.of(START, CHANNEL, MESSAGE, "to=")).begins(buffer, at, last);
        if (found.open() || at == buffer.length() && !last) {
            return false;
        }
        state = found.marker().isEmpty() ? State.BODY : State.HEADER;
        return true;
    }

    private boolean header(boolean last) {
        MarkerScanner.Found found = headerMarkers.find(buffer, last);
        if (found.marker().isEmpty()) {
            return false;
        }
        header(buffer.substring(0, found.at()).replace(START, ""));
        buffer.delete(0, found.at() + MESSAGE.length());
        return true;
    }

    /** Reads a header: role or recipient, channel, recipient, constraint, in the orders that models write. */
    private void header(String text) {
        String header = text.replace(CONSTRAIN, " " + CONSTRAIN);
        String channel = "";
        int at = header.indexOf(CHANNEL);
        if (at >= 0) {
            int end = at + CHANNEL.length();
            while (end < header.length() && !Character.isWhitespace(header.charAt(end))) {
                end++;
            }
            channel = header.substring(at + CHANNEL.length(), end);
            header = header.substring(0, at) + " " + header.substring(end);
        }
        recipient = "";
        for (String word : header.strip().split("\\s+")) {
            if (word.startsWith("to=") && recipient.isEmpty()) {
                recipient = word.substring("to=".length());
            }
        }
        thought = channel.equals("analysis");
        recipient = channel.equals("final") ? "" : recipient;
        arguments.setLength(0);
        state = State.BODY;
    }

    private boolean body(OutputParser.Sink sink, boolean last) {
        MarkerScanner.Found found = bodyMarkers.find(buffer, last);
        String text = buffer.substring(0, found.at());
        buffer.delete(0, found.at());
        if (!text.isEmpty()) {
            pass(text, sink);
        }
        if (found.marker().isEmpty()) {
            return false;
        }
        endBody(sink);
        boolean header = found.marker().equals(START) || found.marker().equals(CHANNEL);
        buffer.delete(0, header ? 0 : found.marker().length());
        state = header ? State.HEADER : State.BETWEEN;
        return true;
    }

    private void pass(String text, OutputParser.Sink sink) {
        if (!recipient.isEmpty()) {
            arguments.append(text);
        } else if (!thought) {
            sink.content(text);
        } else if (request.thinking()) {
            sink.thinking(text);
        } else if (!hidThoughts) {
            hidThoughts = true;
            sink.note("the model thought although that was not asked for; its thoughts were left out");
        }
    }

    private void endBody(OutputParser.Sink sink) {
        if (recipient.isEmpty()) {
            return;
        }
        String name = name();
        List<Call> read = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        boolean cut = arguments.isEmpty() && tools.needsArguments(name);
        if (cut) {
            sink.note("a call of '" + name + "' has no arguments, which the tool needs; it was left out");
        } else if (tools.offered() && MarkedCalls.add("", name, arguments.toString(), read, notes)) {
            notes.forEach(sink::note);
            if (!tools.has(name)) {
                sink.note("the model called '" + name + "', which is none of the tools that it was offered");
            }
            sink.toolCall(new ToolCall("", calls++, name, read.getFirst().arguments()));
        } else if (!arguments.isEmpty()) {
            sink.note("a call of '" + name + "' could not be read as JSON arguments; it is part of the content");
            sink.content(arguments.toString());
        }
        recipient = "";
    }

    /** Returns the recipient's name as the caller spelled it: the format has no spaces, hyphens or dots in names. */
    private String name() {
        String name = recipient.startsWith(FUNCTIONS) ? recipient.substring(FUNCTIONS.length()) : recipient;
        if (!tools.has(name)) {
            for (ToolDefinition tool : request.tools()) {
                if (tool.name().replaceAll("[ .-]", "_").equals(name)) {
                    return tool.name();
                }
            }
        }
        return name;
    }

    private boolean between(boolean last) {
        MarkerScanner.Found found = startMarkers.find(buffer, last);
        buffer.delete(0, found.at());
        if (!found.marker().isEmpty()) {
            state = State.HEADER;
        }
        return !found.marker().isEmpty();
    }
}
