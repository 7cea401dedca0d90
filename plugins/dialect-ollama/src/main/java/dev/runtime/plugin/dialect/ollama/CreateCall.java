package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.model.CreateEvent;
import dev.runtime.api.model.CreateRequest;
import dev.runtime.api.source.TransferEvent;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.LiveReply;
import dev.runtime.plugin.dialect.ModelReference;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** {@code POST /api/create}: makes a model and tells of each step. */
final class CreateCall implements HttpHandler {
    private static final String LINES = "application/x-ndjson";
    /** What weights have for a digest while they are quantised. */
    private static final String NO_DIGEST = "0".repeat(19);

    private final LocalRuntime runtime;
    private final RequestReader requests;

    CreateCall(LocalRuntime runtime, RequestReader requests) {
        this.runtime = runtime;
        this.requests = requests;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        String model = fields.string("model").isEmpty() ? fields.string("name") : fields.string("model");
        fields.known("name");
        List<String> notes = new ArrayList<>();
        if (fields.object("draft_files").isEmpty() && !fields.string("draft_quantize").isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "--draft-quantize requires a DRAFT model");
        }
        if (!fields.string("remote_host").isEmpty()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, "models that run elsewhere cannot be made here; configure a provider");
        }
        boolean stream = fields.flag("stream", true);
        CreateRequest request = CreateReader.read(fields, name(model, exchange), from(fields.string("from"), exchange), requests.strict(), notes);
        requests.account(fields.ignored(), notes);
        if (stream) {
            LiveReply live = new LiveReply(exchange, LINES, notes);
            live.run(() -> create(request, exchange, new Steps(live::line)),
                    failure -> live.line(Map.of("error", failure.getMessage())));
        } else {
            create(request, exchange, _ -> {});
            Replies.send(exchange, "application/json", Map.of("status", "success"), notes);
        }
    }

    private void create(CreateRequest request, HttpExchange exchange, Consumer<CreateEvent> steps) {
        try {
            runtime.creation().create(request, exchange.cancellation(), steps);
        } catch (RuntimeFailure e) {
            throw e.code() == ErrorCode.MODEL_NOT_FOUND ? new RuntimeFailure(e.code(), TransferCall.NOT_THERE, e) : e;
        }
    }

    /** The new model's name has no suffix that says where models come from. */
    private static String name(String given, HttpExchange exchange) {
        ModelReference reference = ModelReference.of(given, exchange);
        if (reference.name().isEmpty() || !reference.name().contains(":") || reference.name().startsWith("/") || reference.name().startsWith(".")
                || reference.name().startsWith("~")) {
            throw new RuntimeFailure(ErrorCode.MODEL_NAME_INVALID, "invalid model name");
        }
        return reference.name();
    }

    private static String from(String given, HttpExchange exchange) {
        return given.isEmpty() ? "" : name(given, exchange);
    }

    /** Writes each step in the words that clients show, and quantising once a hundredth. */
    private static final class Steps implements Consumer<CreateEvent> {
        private final Consumer<Map<String, Object>> lines;
        private long hundredth = -1;

        Steps(Consumer<Map<String, Object>> lines) {
            this.lines = lines;
        }

        @Override
        public void accept(CreateEvent event) {
            switch (event) {
                case CreateEvent.Pulling(TransferEvent step) -> lines.accept(TransferWords.PULL.line(step));
                case CreateEvent.Reading(String format) -> status("parsing " + format.toUpperCase(Locale.ROOT));
                case CreateEvent.Converting(long completed, long total) -> {
                    if (total == 0) {
                        status("converting model");
                    }
                }
                case CreateEvent.Quantizing quantizing -> quantizing(quantizing);
                case CreateEvent.Verifying() -> status("verifying conversion");
                case CreateEvent.Part(String digest, boolean isNew) -> status((isNew ? "creating new layer " : "using existing layer ") + digest);
                case CreateEvent.TemplateFound(String name) -> status("using autodetected template " + name);
                case CreateEvent.Storing() -> status("writing manifest");
                case CreateEvent.Done() -> status("success");
            }
        }

        private void status(String text) {
            lines.accept(Map.of("status", text));
        }

        private void quantizing(CreateEvent.Quantizing event) {
            String text = "quantizing " + event.from() + " model to " + event.to();
            if (event.total() == 0) {
                status(text);
                return;
            }
            long now = event.completed() * 100 / event.total();
            if (now != hundredth) {
                hundredth = now;
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("status", text);
                line.put("digest", NO_DIGEST);
                line.put("total", event.total());
                line.put("completed", event.completed());
                lines.accept(line);
            }
        }
    }
}
