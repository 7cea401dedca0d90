package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.FiniteVectors;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /api/embed} and its older form {@code /api/embeddings}, which takes one text and does not normalise. */
final class EmbedCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;
    private final boolean single;

    EmbedCall(LocalRuntime runtime, RequestReader requests, boolean single) {
        this.runtime = runtime;
        this.requests = requests;
        this.single = single;
        lookup = new ModelLookup(runtime.models());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        String given = fields.string("model");
        KeepAlive keepAlive = KeepAliveReader.read(fields);
        Map<String, Object> plainOptions = fields.object("options");
        boolean truncate = single || fields.flag("truncate", true);
        int dimensions = single ? 0 : Math.max(0, fields.integer("dimensions", 0));
        List<String> inputs = single ? one(fields.string("prompt")) : inputs(fields);
        List<String> notes = new ArrayList<>();
        requests.account(fields.ignored(), notes);
        var model = lookup.find(given, exchange, single ? ModelLookup.Route.EMBEDDINGS : ModelLookup.Route.EMBED);
        Options options = OptionsReader.read(plainOptions, requests.strict(), notes);
        String name = model.reference().name();
        if (inputs.isEmpty()) {
            if (KeepAliveReader.unloads(keepAlive)) {
                runtime.inference().unload(name);
            } else {
                runtime.inference().load(name, options, keepAlive, exchange.cancellation());
            }
            Replies.send(exchange, OllamaEndpoint.JSON, reply(given, List.of(), notes), notes);
            return;
        }
        EmbedResult result = embed(new EmbedRequest(name, inputs, truncate, dimensions, !single, options, keepAlive), exchange);
        notes.addAll(result.notes());
        Map<String, Object> reply = reply(given, result.vectors(), notes);
        if (!single) {
            ReplyObjects.putUnlessZero(reply, "total_duration", result.usage().total());
            ReplyObjects.putUnlessZero(reply, "load_duration", result.usage().load());
            ReplyObjects.putUnlessZero(reply, "prompt_eval_count", result.usage().promptTokens());
        }
        Replies.send(exchange, OllamaEndpoint.JSON, reply, notes);
    }

    private EmbedResult embed(EmbedRequest request, HttpExchange exchange) {
        try {
            return FiniteVectors.check(runtime.inference().embed(request, exchange.cancellation()),
                    single ? ErrorCode.DEVICE_FAILED : ErrorCode.REQUEST_INVALID);
        } catch (RuntimeFailure e) {
            throw e.code() == ErrorCode.CONTEXT_EXCEEDED
                    ? new RuntimeFailure(e.code(), "the input length exceeds the context length", e) : e;
        }
    }

    private Map<String, Object> reply(String given, List<float[]> vectors, List<String> notes) {
        Map<String, Object> reply = new LinkedHashMap<>();
        if (single) {
            reply.put("embedding", vectors.isEmpty() ? new float[0] : vectors.getFirst());
        } else {
            reply.put("model", given);
            reply.put("embeddings", vectors);
        }
        ReplyObjects.putNotes(reply, notes);
        return reply;
    }

    private static List<String> one(String prompt) {
        return prompt.isEmpty() ? List.of() : List.of(prompt);
    }

    private static List<String> inputs(Fields fields) {
        return switch (fields.value("input").orElse("")) {
            case String text -> one(text);
            case List<?> list -> {
                List<String> texts = new ArrayList<>();
                for (Object each : list) {
                    texts.add(each instanceof String text ? text : invalid());
                }
                yield texts;
            }
            case Object other -> List.of(invalid());
        };
    }

    private static String invalid() {
        throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "invalid input type");
    }
}
