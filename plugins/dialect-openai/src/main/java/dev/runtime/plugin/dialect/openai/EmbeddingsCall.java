package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Usage;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.FiniteVectors;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/embeddings}: vectors of texts, as numbers or as base64, which the official clients ask for. */
final class EmbeddingsCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;

    EmbeddingsCall(LocalRuntime runtime, RequestReader requests) {
        this.runtime = runtime;
        this.requests = requests;
        lookup = new ModelLookup(runtime.models());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        String given = fields.string("model");
        List<String> inputs = inputs(fields);
        boolean base64 = base64(fields.string("encoding_format"));
        int dimensions = Math.max(0, fields.integer("dimensions", 0));
        List<String> notes = new ArrayList<>();
        requests.account(fields.ignored(), notes);
        var model = lookup.find(given, exchange, ModelLookup.Route.EMBED);
        EmbedResult result = FiniteVectors.check(runtime.inference().embed(new EmbedRequest(model.reference().name(), inputs, true,
                dimensions, true, Options.NONE, new KeepAlive.Unchanged()), exchange.cancellation()), ErrorCode.REQUEST_INVALID);
        notes.addAll(result.notes());
        List<Map<String, Object>> data = new ArrayList<>();
        for (float[] vector : result.vectors()) {
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("object", "embedding");
            entry.put("embedding", base64 ? littleEndian(vector) : vector);
            entry.put("index", data.size());
            data.add(entry);
        }
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("object", "list");
        reply.put("data", data);
        reply.put("model", given);
        reply.put("usage", usage(result.usage()));
        ChatObjects.putNotes(reply, notes);
        Replies.send(exchange, Replies.JSON, reply, notes);
    }

    /** Returns the counts of a request that has no output. */
    static Map<String, Object> usage(Usage counts) {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", counts.promptTokens());
        usage.put("total_tokens", counts.promptTokens());
        return usage;
    }

    private static List<String> inputs(Fields fields) {
        return switch (fields.value("input").orElse(List.of())) {
            case String text -> List.of(text);
            case List<?> list when list.isEmpty() -> throw invalid("invalid input");
            case List<?> list -> {
                List<String> texts = new ArrayList<>();
                for (Object each : list) {
                    if (!(each instanceof String text)) {
                        throw invalid("invalid input type");
                    }
                    texts.add(text);
                }
                yield texts;
            }
            case Object other -> throw invalid("invalid input type");
        };
    }

    private static boolean base64(String format) {
        if (format.isEmpty() || format.equalsIgnoreCase("float")) {
            return false;
        }
        if (!format.equalsIgnoreCase("base64")) {
            throw invalid("Invalid value for 'encoding_format' = " + format + ". Supported values: ['float', 'base64'].");
        }
        return true;
    }

    private static String littleEndian(float[] vector) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(vector.length, Float.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(vector);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
