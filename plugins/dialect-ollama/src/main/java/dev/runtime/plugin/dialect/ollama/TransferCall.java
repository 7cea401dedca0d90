package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.source.TransferEvent;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.JsonText;
import dev.runtime.plugin.dialect.LiveReply;
import dev.runtime.plugin.dialect.ModelReference;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** {@code POST /api/pull} and {@code POST /api/push}: progress line by line, or one object at the end. */
final class TransferCall implements HttpHandler {
    /** What a registry without the model is said to answer; clients compare it. */
    static final String NOT_THERE = "pull model manifest: file does not exist";

    private static final String LINES = "application/x-ndjson";

    private final RequestReader requests;
    private final Direction direction;

    private TransferCall(RequestReader requests, Direction direction) {
        this.requests = requests;
        this.direction = direction;
    }

    static TransferCall pull(LocalRuntime runtime, RequestReader requests) {
        return new TransferCall(requests, new Direction(TransferWords.PULL, "invalid model name",
                (name, insecure, cancellation, events) -> runtime.transfers().pull(name, insecure, cancellation, events)));
    }

    static TransferCall push(LocalRuntime runtime, RequestReader requests) {
        return new TransferCall(requests, new Direction(TransferWords.PUSH, "model is required",
                (name, insecure, cancellation, events) -> runtime.transfers().push(name, insecure, cancellation, events)));
    }

    /** Words that differ, and the work. */
    private record Direction(TransferWords words, String nameless, Work work) {
        boolean pulls() {
            return words == TransferWords.PULL;
        }
    }

    private interface Work {
        void run(String name, boolean insecure, Cancellation cancellation, Consumer<TransferEvent> events);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        String alias = fields.string("name");
        String given = fields.optionalString("model").filter(s -> !s.isEmpty()).orElse(alias);
        boolean insecure = fields.flag("insecure", false);
        boolean stream = fields.flag("stream", true);
        fields.known("username");
        fields.known("password");
        List<String> notes = new ArrayList<>();
        requests.account(fields.ignored(), notes);
        if (given.isBlank()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, direction.nameless());
        }
        if (direction.pulls() && !ModelReference.isName(given)) {
            throw new RuntimeFailure(ErrorCode.MODEL_NAME_INVALID, direction.nameless());
        }
        String name = direction.pulls() ? ModelReference.stored(given) : given.strip();
        if (stream) {
            LiveReply reply = new LiveReply(exchange, LINES, notes);
            reply.run(() -> transfer(name, insecure, exchange.cancellation(), reply::line), failure -> {
                if (!direction.pulls() && failure.code() == ErrorCode.MODEL_NOT_FOUND) {
                    reply.line(Map.of("status", "couldn't retrieve manifest"));
                }
                reply.line(Map.of("error", failure.getMessage()));
            });
        } else {
            answer(exchange, name, insecure, notes);
        }
    }

    private void answer(HttpExchange exchange, String name, boolean insecure, List<String> notes) throws IOException {
        try {
            transfer(name, insecure, exchange.cancellation(), _ -> {});
        } catch (RuntimeFailure e) {
            if (e.code() == ErrorCode.REQUEST_CANCELLED || direction.pulls() && e.code() == ErrorCode.MODEL_NAME_INVALID) {
                throw e;
            }
            exchange.send(500, Replies.JSON, JsonText.write(Map.of("error", e.getMessage())));
            return;
        }
        Replies.send(exchange, Replies.JSON, Map.of("status", "success"), notes);
    }

    private void transfer(String name, boolean insecure, Cancellation cancellation, Consumer<Map<String, Object>> lines) {
        try {
            direction.work().run(name, insecure, cancellation, event -> lines.accept(direction.words().line(event)));
        } catch (RuntimeFailure e) {
            throw switch (e.code()) {
                // clients compare these texts
                case MODEL_NOT_FOUND -> direction.pulls() ? new RuntimeFailure(e.code(), NOT_THERE, e) : e;
                case MODEL_NAME_INVALID -> new RuntimeFailure(e.code(), "invalid model name", e);
                default -> e;
            };
        }
    }
}
