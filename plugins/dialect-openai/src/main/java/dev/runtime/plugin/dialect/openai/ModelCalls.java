package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code GET /v1/models} and {@code GET /v1/models/{model}}: what models there are. */
final class ModelCalls {
    private final LocalRuntime runtime;
    private final ModelLookup lookup;

    ModelCalls(LocalRuntime runtime) {
        this.runtime = runtime;
        lookup = new ModelLookup(runtime.models());
    }

    void list(HttpExchange exchange) throws IOException {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("object", "list");
        reply.put("data", runtime.models().list().stream().map(info -> model(info.name(), info)).toList());
        Replies.send(exchange, Replies.JSON, reply);
    }

    /** Answers for one model; slashes of its name may be encoded or not. */
    void retrieve(HttpExchange exchange) throws IOException {
        String given = exchange.pathParameter("model").replace("%2F", "/").replace("%2f", "/");
        Replies.send(exchange, Replies.JSON, model(given, lookup.find(given, exchange, ModelLookup.Route.SHOW).info()));
    }

    private Map<String, Object> model(String id, ModelInfo info) {
        Map<String, Object> model = new LinkedHashMap<>();
        model.put("id", id);
        model.put("object", "model");
        model.put("created", info.modified().getEpochSecond());
        model.put("owned_by", owner(info.name()));
        return model;
    }

    /** The part of {@code host/owner/model:tag} before the model; files have no owner. */
    private String owner(String name) {
        if (runtime.models().isPath(name)) {
            return "library";
        }
        String[] parts = runtime.models().fullName(name).split("/");
        return parts.length < 2 ? "library" : parts[parts.length - 2];
    }
}
