package dev.runtime.kernel.generate;

import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.text.Detokenizer;
import dev.runtime.api.text.OutputParser;
import dev.runtime.api.text.Tokenizer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/**
 * Tokens of one reply to events: characters, stop strings, the family's parser, log probabilities. For one thread, that of the
 * consumer.
 */
final class ReplyStream implements OutputParser.Sink {
    private final Tokenizer tokenizer;
    private final Detokenizer detokenizer;
    private final Set<Integer> shown = new HashSet<>();
    private final StopMatcher stops;
    private final OutputParser.Session parser;
    private final LogprobTrail logprobs;
    private final LoopGuard guard = new LoopGuard();
    private final Notes notes;
    private final Consumer<GenerationEvent> events;
    /** Characters of the reply so far, before stop strings and parsing. */
    private long length;
    private int calls;
    private boolean ended;

    ReplyStream(Tokenizer tokenizer, List<String> stops, OutputParser.Session parser, boolean wantsLogprobs, Notes notes,
            Consumer<GenerationEvent> events) {
        this.tokenizer = tokenizer;
        this.detokenizer = tokenizer.detokenizer(true);
        this.stops = new StopMatcher(stops);
        this.parser = parser;
        this.logprobs = new LogprobTrail(tokenizer, wantsLogprobs);
        this.notes = notes;
        this.events = events;
        show(parser.markers());
        show(stops);
    }

    /** Takes a token; passes on what is certain. Returns whether the reply goes on. */
    boolean token(TokenMailbox.Token token) {
        boolean hidden = tokenizer.kind(token.id()) == Tokenizer.Kind.CONTROL && !shown.contains(token.id());
        String piece = hidden ? "" : detokenizer.append(token.id());
        logprobs.add(token, length, length + piece.length());
        text(piece);
        if (!piece.isEmpty() && !stops.matched() && guard.stuck(piece)) {
            notes.add("the generation was ended because the model repeated itself more than " + LoopGuard.MOST + " times");
            ended = true;
        }
        return !ended && !stops.matched();
    }

    /** Ends the reply; passes on what was held back. */
    void finish() {
        if (!stops.matched()) {
            text(detokenizer.finish());
            String rest = stops.finish();
            if (!rest.isEmpty()) {
                parser.accept(rest, this);
            }
        }
        if (stops.matched()) {
            logprobs.cut(stops.released());
        } else {
            logprobs.release(length);
        }
        parser.finish(this);
        flush();
    }

    /** Tells whether the reply ended by itself, before the engine did. */
    boolean stopped() {
        return ended || stops.matched();
    }

    private void text(String piece) {
        length += piece.length();
        String text = stops.accept(piece);
        if (stops.matched()) {
            logprobs.cut(stops.released());
        } else {
            logprobs.release(stops.released());
        }
        if (!text.isEmpty()) {
            parser.accept(text, this);
        }
        flush();
    }

    /** Log probabilities do not wait for text that the parser keeps. */
    private void flush() {
        if (logprobs.hasReady()) {
            events.accept(new GenerationEvent.Content("", logprobs.take()));
        }
    }

    @Override
    public void content(String text) {
        if (!text.isEmpty()) {
            events.accept(new GenerationEvent.Content(text, logprobs.take()));
        }
    }

    @Override
    public void thinking(String text) {
        if (!text.isEmpty()) {
            events.accept(new GenerationEvent.Thought(text, logprobs.take()));
        }
    }

    @Override
    public void toolCall(ToolCall call) {
        String id = call.id().isEmpty() ? CallIds.next(ThreadLocalRandom.current()) : call.id();
        events.accept(new GenerationEvent.Called(new ToolCall(id, calls++, call.name(), call.arguments())));
    }

    @Override
    public void note(String text) {
        notes.add(text);
    }

    private void show(Collection<String> spellings) {
        for (String spelling : spellings) {
            tokenizer.special(spelling).ifPresent(shown::add);
        }
    }
}
