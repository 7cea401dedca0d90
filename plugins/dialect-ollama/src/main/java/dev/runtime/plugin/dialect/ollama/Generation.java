package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.inference.Logprob;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.plugin.dialect.CollectedReply;
import dev.runtime.plugin.dialect.LiveReply;
import dev.runtime.plugin.dialect.Replies;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs a generation and writes what happens: line by line, or as one object. For the thread of the request. */
final class Generation {
    private static final String LINES = "application/x-ndjson";

    private final Inference inference;
    private final HttpExchange exchange;
    private final ReplyObjects objects;
    private final List<String> notes;

    /**
     * Creates.
     *
     * @param notes what is to be said about the request already
     */
    Generation(Inference inference, HttpExchange exchange, ReplyObjects objects, List<String> notes) {
        this.inference = inference;
        this.exchange = exchange;
        this.objects = objects;
        this.notes = new ArrayList<>(notes);
    }

    /**
     * Answers.
     *
     * @throws RuntimeFailure if the generation failed before anything was written; later failures are a line of the reply
     * @throws IOException if the client is gone
     */
    void answer(GenerateRequest request, boolean stream) throws IOException {
        if (stream && !request.renderOnly()) {
            LiveReply live = new LiveReply(exchange, LINES, List.of());
            live.run(() -> inference.generate(request, exchange.cancellation(), new Lines(live)),
                    failure -> live.line(Map.of("error", failure.getMessage())));
            return;
        }
        CollectedReply whole = new CollectedReply();
        inference.generate(request, exchange.cancellation(), whole);
        if (whole.rendered().isPresent()) {
            Replies.send(exchange, OllamaEndpoint.JSON, objects.rendered(whole.rendered().get(), notes), notes);
            return;
        }
        notes.addAll(whole.done().notes());
        Map<String, Object> reply =
                objects.last(new Piece(whole.text(), whole.thought(), whole.calls(), whole.logprobs()), whole.done(), notes);
        Replies.send(exchange, OllamaEndpoint.JSON, reply, notes);
    }

    /** Writes each piece as a line at once. */
    private final class Lines implements Consumer<GenerationEvent> {
        private final List<ToolCall> held = new ArrayList<>();
        private final LiveReply live;

        Lines(LiveReply live) {
            this.live = live;
        }

        @Override
        public void accept(GenerationEvent event) {
            switch (event) {
                case GenerationEvent.Started started -> { }
                case GenerationEvent.Content content -> piece(content.text(), "", content.logprobs());
                case GenerationEvent.Thought thought -> piece("", thought.text(), thought.logprobs());
                case GenerationEvent.Called called -> {
                    if (objects.shape().callsLast()) {
                        held.add(called.call());
                    } else {
                        live.line(objects.part(new Piece("", "", List.of(called.call()), List.of())));
                    }
                }
                case GenerationEvent.Rendered rendered -> live.line(objects.rendered(rendered, notes));
                case GenerationEvent.Done done -> {
                    notes.addAll(done.notes());
                    live.line(objects.last(new Piece("", "", held, List.of()), done, notes));
                }
            }
        }

        private void piece(String text, String thought, List<Logprob> logprobs) {
            if (!text.isEmpty() || !thought.isEmpty() || !logprobs.isEmpty()) {
                live.line(objects.part(new Piece(text, thought, List.of(), logprobs)));
            }
        }
    }
}
