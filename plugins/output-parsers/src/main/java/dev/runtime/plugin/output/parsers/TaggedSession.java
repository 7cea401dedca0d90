package dev.runtime.plugin.output.parsers;

import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.text.OutputParser;
import dev.runtime.api.text.ReplyForm;
import dev.runtime.plugin.output.parsers.Syntax.Thought;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Streams a reply of any family that marks its parts: a state machine over what has not been passed on yet. */
final class TaggedSession implements OutputParser.Session {
    private enum State {
        /** Nothing was seen yet: a thought may begin. */
        START,
        /** A thought began: its opening marker may be repeated. */
        THOUGHT_START,
        THOUGHT,
        /** After a thought or a bare call: a bare call may begin. */
        CALL_START,
        CONTENT,
        CALL
    }

    private final Syntax syntax;
    private final Tools tools;
    private final boolean wantsThoughts;
    private final StringBuilder buffer = new StringBuilder();
    private final TextRun content = new TextRun();
    private final TextRun thinking = new TextRun();
    private final MarkerScanner contentMarkers;
    private State state;
    private Thought thought;
    private MarkerScanner thoughtMarkers;
    private CallBlock block;
    /** What comes before the block if it turns out to be content. */
    private String opener = "";
    private boolean bareCalls;
    private int calls;
    private boolean hidThoughts;

    TaggedSession(Syntax syntax, OutputParser.Request request) {
        this.syntax = syntax;
        this.tools = new Tools(request.tools());
        this.wantsThoughts = request.thinking();
        this.bareCalls = tools.offered() && syntax.bare().isPresent();
        List<String> markers = new ArrayList<>(syntax.dropped());
        if (syntax.thinksAnywhere()) {
            syntax.thoughts().forEach(pair -> markers.add(pair.open()));
        }
        markers.addAll(callMarkers());
        this.contentMarkers = new MarkerScanner(markers);
        this.state = State.START;
        String prompt = request.promptEnd().stripTrailing();
        for (Thought pair : syntax.thoughts()) {
            if (prompt.endsWith(pair.open())) {
                think(pair);
            }
        }
    }

    private List<String> callMarkers() {
        return tools.offered() ? List.copyOf(syntax.calls().keySet()) : List.of();
    }

    @Override
    public Set<String> markers() {
        Set<String> markers = new HashSet<>(syntax.dropped());
        markers.addAll(syntax.calls().keySet());
        for (Thought pair : syntax.thoughts()) {
            markers.add(pair.open());
            markers.add(pair.close());
        }
        syntax.calls().values().forEach(block -> markers.addAll(block.apply(tools).markers()));
        return markers;
    }

    @Override
    public ReplyForm form() {
        // asked before the first text: a thought that is under way was begun by the prompt
        boolean begun = state == State.THOUGHT_START;
        Optional<Thought> written = begun ? Optional.of(thought) : syntax.thoughts().stream().findFirst();
        return new ReplyForm(written.map(pair -> new ReplyForm.Thought(pair.open(), pair.close(), begun)), "", syntax.form());
    }

    @Override
    public void accept(String text, OutputParser.Sink sink) {
        buffer.append(text);
        run(sink, false);
    }

    @Override
    public void finish(OutputParser.Sink sink) {
        run(sink, true);
        content.finish(sink::content);
        if (wantsThoughts) {
            thinking.finish(sink::thinking);
        }
    }

    private void run(OutputParser.Sink sink, boolean last) {
        boolean moved = true;
        while (moved && !buffer.isEmpty()) {
            moved =
                    switch (state) {
                        case START -> start(last);
                        case THOUGHT_START -> thoughtStart(last);
                        case THOUGHT -> thought(sink, last);
                        case CALL_START -> callStart(last);
                        case CONTENT -> content(sink, last);
                        case CALL -> call(sink, last);
                    };
        }
        if (last && state == State.CALL) {
            unread("the reply ended inside of it", buffer.length(), sink);
        }
    }

    /** Looks whether the reply begins with a thought; white space before it is then dropped. */
    private boolean start(boolean last) {
        int at = MarkerScanner.skipSpace(buffer, 0);
        if (at == buffer.length() && !last) {
            return false;
        }
        List<String> opens = syntax.thoughts().stream().map(Thought::open).toList();
        MarkerScanner.Found found = new MarkerScanner(opens).begins(buffer, at, last);
        if (found.open()) {
            return false;
        }
        if (found.marker().isEmpty()) {
            state = State.CALL_START;
        } else {
            buffer.delete(0, at + found.marker().length());
            open(found.marker());
        }
        return true;
    }

    private void open(String marker) {
        for (Thought pair : syntax.thoughts()) {
            if (pair.open().equals(marker)) {
                think(pair);
            }
        }
    }

    private void think(Thought pair) {
        thought = pair;
        List<String> markers = new ArrayList<>(callMarkers());
        markers.add(pair.close());
        thoughtMarkers = new MarkerScanner(markers);
        thinking.skipSpace();
        state = State.THOUGHT_START;
    }

    private boolean thoughtStart(boolean last) {
        int at = MarkerScanner.skipSpace(buffer, 0);
        if (at == buffer.length() && !last) {
            return false;
        }
        MarkerScanner.Found found = new MarkerScanner(List.of(thought.open())).begins(buffer, at, last);
        if (found.open()) {
            return false;
        }
        buffer.delete(0, at + found.marker().length());
        state = State.THOUGHT;
        return true;
    }

    private boolean thought(OutputParser.Sink sink, boolean last) {
        MarkerScanner.Found found = thoughtMarkers.find(buffer, last);
        thinking.accept(take(found.at()), text -> thinking(text, sink));
        if (found.marker().isEmpty()) {
            return false;
        }
        thinking.trim();
        take(found.marker().length());
        content.skipSpace();
        if (found.marker().equals(thought.close())) {
            state = State.CALL_START;
        } else {
            begin(found.marker());
        }
        return true;
    }

    private void thinking(String text, OutputParser.Sink sink) {
        if (wantsThoughts) {
            sink.thinking(text);
        } else if (!hidThoughts) {
            hidThoughts = true;
            sink.note("the model thought although that was not asked for; its thoughts were left out");
        }
    }

    /** Looks whether a call without a marker begins here. */
    private boolean callStart(boolean last) {
        int at = MarkerScanner.skipSpace(buffer, 0);
        if (!bareCalls) {
            state = State.CONTENT;
            return true;
        }
        if (at == buffer.length()) {
            state = last ? State.CONTENT : state;
            return last;
        }
        char first = buffer.charAt(at);
        Optional<Syntax.Bare> bare = syntax.bare().filter(candidate -> candidate.firstCharacters().indexOf(first) >= 0);
        if (bare.isEmpty()) {
            bareCalls = false;
            state = State.CONTENT;
            return true;
        }
        opener = take(at);
        block = bare.get().block().apply(tools);
        state = State.CALL;
        return true;
    }

    private boolean content(OutputParser.Sink sink, boolean last) {
        MarkerScanner.Found found = contentMarkers.find(buffer, last);
        content.accept(take(found.at()), sink::content);
        if (found.marker().isEmpty()) {
            return false;
        }
        take(found.marker().length());
        if (syntax.dropped().contains(found.marker())) {
            return true;
        }
        String space = content.trim();
        if (syntax.calls().containsKey(found.marker())) {
            begin(found.marker());
            opener = space + opener;
        } else {
            open(found.marker());
        }
        return true;
    }

    private void begin(String marker) {
        opener = marker;
        block = syntax.calls().get(marker).apply(tools);
        state = State.CALL;
    }

    private boolean call(OutputParser.Sink sink, boolean last) {
        int end = block.end(buffer);
        if (end != CallBlock.OPEN) {
            read(take(end), true, sink);
            return true;
        }
        if (!last) {
            return false;
        }
        Reading reading = block.read(buffer.toString(), false);
        if (reading instanceof Reading.Unreadable && block.likelyEnd() != CallBlock.OPEN) {
            read(take(block.likelyEnd()), true, sink);
        } else {
            read(take(buffer.length()), false, sink);
        }
        return true;
    }

    private void read(String text, boolean complete, OutputParser.Sink sink) {
        switch (block.read(text, complete)) {
            case Reading.Calls(List<Call> read, List<String> notes) -> {
                notes.forEach(sink::note);
                read.forEach(call -> pass(call, sink));
                content.skipSpace();
                state = State.CALL_START;
            }
            case Reading.Unreadable(String reason) -> {
                buffer.insert(0, text);
                unread(complete ? reason : "the reply ended inside of it", text.length(), sink);
            }
        }
    }

    /** Passes on as content what looked like a call. */
    private void unread(String reason, int length, OutputParser.Sink sink) {
        if (!block.doubtful()) {
            sink.note("a tool call could not be read, " + reason + "; it is part of the content");
        }
        bareCalls = false;
        content.accept(opener + take(length), sink::content);
        state = State.CONTENT;
    }

    private void pass(Call call, OutputParser.Sink sink) {
        if (!tools.has(call.name())) {
            sink.note("the model called '" + call.name() + "', which is none of the tools that it was offered");
        }
        sink.toolCall(new ToolCall(call.id(), calls++, call.name(), call.arguments()));
    }

    private String take(int length) {
        String text = buffer.substring(0, length);
        buffer.delete(0, length);
        return text;
    }
}
