package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.plugin.dialect.Replies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The routes that only tell: liveness, version, models of the store, loaded models. */
final class ListCalls {
    /** The version of the dialect: clients unlock features by it. The runtime has a version of its own. */
    private static final String SPOKEN = "0.33.0";
    private static final byte[] ALIVE = "Ollama is running".getBytes(StandardCharsets.UTF_8);

    private final LocalRuntime runtime;
    private final InstantSource clock;

    ListCalls(LocalRuntime runtime, InstantSource clock) {
        this.runtime = runtime;
        this.clock = clock;
    }

    void alive(HttpExchange exchange) throws IOException {
        exchange.send(200, "text/plain; charset=utf-8", ALIVE);
    }

    void version(HttpExchange exchange) throws IOException {
        Replies.send(exchange, OllamaEndpoint.JSON, Map.of("version", SPOKEN));
    }

    /** There is no service in a cloud behind this server. */
    void status(HttpExchange exchange) throws IOException {
        Map<String, Object> cloud = new LinkedHashMap<>();
        cloud.put("disabled", true);
        cloud.put("source", "env");
        Replies.send(exchange, OllamaEndpoint.JSON, Map.of("cloud", cloud));
    }

    void tags(HttpExchange exchange) throws IOException {
        Replies.send(exchange, OllamaEndpoint.JSON, Map.of("models", runtime.models().list().stream().map(ListCalls::stored).toList()));
    }

    void ps(HttpExchange exchange) throws IOException {
        Replies.send(exchange, OllamaEndpoint.JSON, Map.of("models", runtime.inference().loaded().stream().map(this::loaded).toList()));
    }

    private static Map<String, Object> stored(ModelInfo info) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", info.name());
        entry.put("model", info.name());
        entry.put("modified_at", info.modified());
        entry.put("size", info.size());
        entry.put("digest", info.digest());
        Map<String, Object> details = ModelFacts.details(info, info.parent());
        ReplyObjects.putUnlessZero(details, "context_length", info.contextLength());
        ReplyObjects.putUnlessZero(details, "embedding_length", info.embeddingLength());
        entry.put("details", details);
        List<String> capabilities = ModelFacts.capabilities(info.capabilities());
        if (!capabilities.isEmpty()) {
            entry.put("capabilities", capabilities);
        }
        return entry;
    }

    private Map<String, Object> loaded(LoadedModel model) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", model.info().name());
        entry.put("model", model.info().name());
        entry.put("size", model.size());
        entry.put("digest", model.info().digest());
        entry.put("details", ModelFacts.details(model.info(), ""));
        // "never" is as far away as the reference's 64 bits of nanoseconds reach: clients parse years of four digits
        Instant latest = clock.instant().plusNanos(Long.MAX_VALUE);
        entry.put("expires_at", model.expires().isAfter(latest) ? latest : model.expires());
        entry.put("size_vram", model.deviceSize());
        entry.put("context_length", model.contextLength());
        return entry;
    }
}
