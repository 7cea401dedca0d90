package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.RankRequest;
import dev.runtime.api.inference.RankResult;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * {@code POST /v1/rerank}: documents in the order of how well they answer a query, in the form that Jina, Cohere and vLLM share. The
 * scores are the model's own, larger is better; whether they are probabilities depends on the model.
 */
final class RerankCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;

    RerankCall(LocalRuntime runtime, RequestReader requests) {
        this.runtime = runtime;
        this.requests = requests;
        lookup = new ModelLookup(runtime.models());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        String given = fields.string("model");
        String query = fields.string("query");
        List<String> documents = documents(fields);
        int most = fields.integer("top_n", documents.size());
        if (query.isEmpty() || documents.isEmpty() || most < 1) {
            throw invalid(query.isEmpty() ? "query is required" : documents.isEmpty() ? "documents are required" : "top_n is " + most
                    + "; give at least 1");
        }
        boolean texts = fields.flag("return_documents", false);
        boolean truncate = fields.flag("truncate", true);
        List<String> notes = new ArrayList<>();
        requests.account(fields.ignored(), notes);
        var model = lookup.find(given, exchange, ModelLookup.Route.EMBED);
        RankResult result = runtime.inference().rank(new RankRequest(model.reference().name(), query, documents, truncate, Options.NONE,
                new KeepAlive.Unchanged()), exchange.cancellation());
        notes.addAll(result.notes());
        double[] scores = result.scores();
        List<Map<String, Object>> results = IntStream.range(0, scores.length).boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -scores[i])).limit(most)
                .map(i -> entry(i, scores[i], texts ? documents.get(i) : "")).toList();
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("object", "list");
        reply.put("model", given);
        reply.put("results", results);
        reply.put("usage", EmbeddingsCall.usage(result.usage()));
        ChatObjects.putNotes(reply, notes);
        Replies.send(exchange, Replies.JSON, reply, notes);
    }

    private static Map<String, Object> entry(int index, double score, String document) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("index", index);
        entry.put("relevance_score", score);
        if (!document.isEmpty()) {
            entry.put("document", Map.of("text", document));
        }
        return entry;
    }

    /** A document is a text or an object with one. */
    private static List<String> documents(Fields fields) {
        List<String> documents = new ArrayList<>();
        int index = 0;
        for (Object each : fields.list("documents")) {
            documents.add(each instanceof String text ? text : new Fields("documents[" + index + "].", each).string("text"));
            index++;
        }
        return documents;
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
