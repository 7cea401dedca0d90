package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.inference.Logprob;
import dev.runtime.api.inference.ToolCall;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs a generation and writes what happens: line by line, or as one object. For the thread of the request. */
final class Generation {
    private static final System.Logger LOG = System.getLogger("dev.runtime.dialect.ollama");
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
        if (!stream || request.renderOnly()) {
            inference.generate(request, exchange.cancellation(), new Whole());
            return;
        }
        Lines lines = new Lines();
        try {
            inference.generate(request, exchange.cancellation(), lines);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        } catch (RuntimeFailure e) {
            lines.fail(e, e.getMessage());
        } catch (RuntimeException e) {
            lines.fail(e, "internal error; the server's log says more");
            LOG.log(System.Logger.Level.ERROR, "a generation failed", e);
        }
    }

    private void finish(GenerationEvent.Done done) {
        notes.addAll(done.notes());
    }

    /** Writes each piece as a line at once. */
    private final class Lines implements Consumer<GenerationEvent> {
        private final List<ToolCall> held = new ArrayList<>();
        private OutputStream out;

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
                        write(objects.part(new Piece("", "", List.of(called.call()), List.of())));
                    }
                }
                case GenerationEvent.Rendered rendered -> write(objects.rendered(rendered, notes));
                case GenerationEvent.Done done -> {
                    finish(done);
                    write(objects.last(new Piece("", "", held, List.of()), done, notes));
                }
            }
        }

        private void piece(String text, String thought, List<Logprob> logprobs) {
            if (!text.isEmpty() || !thought.isEmpty() || !logprobs.isEmpty()) {
                write(objects.part(new Piece(text, thought, List.of(), logprobs)));
            }
        }

        private void write(Map<String, Object> object) {
            byte[] json = JsonText.write(object);
            try {
                if (out == null) {
                    out = exchange.output(200, LINES);
                }
                out.write(json);
                out.write('\n');
                out.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void fail(RuntimeException cause, String message) throws IOException {
            if (out == null) {
                throw cause;
            }
            try {
                write(Map.of("error", message));
            } catch (UncheckedIOException e) {
                throw e.getCause();
            }
        }
    }

    /** Collects everything for one object. */
    private final class Whole implements Consumer<GenerationEvent> {
        private final StringBuilder text = new StringBuilder();
        private final StringBuilder thought = new StringBuilder();
        private final List<ToolCall> calls = new ArrayList<>();
        private final List<Logprob> logprobs = new ArrayList<>();

        @Override
        public void accept(GenerationEvent event) {
            switch (event) {
                case GenerationEvent.Started started -> { }
                case GenerationEvent.Content content -> {
                    text.append(content.text());
                    logprobs.addAll(content.logprobs());
                }
                case GenerationEvent.Thought thoughts -> {
                    thought.append(thoughts.text());
                    logprobs.addAll(thoughts.logprobs());
                }
                case GenerationEvent.Called called -> calls.add(called.call());
                case GenerationEvent.Rendered rendered -> send(objects.rendered(rendered, notes));
                case GenerationEvent.Done done -> {
                    if (!exchange.replied()) {
                        finish(done);
                        send(objects.last(new Piece(text.toString(), thought.toString(), calls, logprobs), done, notes));
                    }
                }
            }
        }

        private void send(Map<String, Object> object) {
            try {
                Replies.send(exchange, object, notes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
