package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.plugin.dialect.CollectedReply;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/messages/count_tokens}: how many tokens a conversation has, by the model's own template and tokenizer. */
final class CountCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;

    CountCall(LocalRuntime runtime, RequestReader requests) {
        this.runtime = runtime;
        this.requests = requests;
        lookup = new ModelLookup(runtime.models());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        MessageRequest asked = MessageRequest.read(requests.read(exchange), requests, false);
        GenerateRequest request = asked.forModel(lookup.find(asked.model(), exchange, ModelLookup.Route.CHAT), true);
        CollectedReply reply = new CollectedReply();
        runtime.inference().generate(request, exchange.cancellation(), reply);
        List<String> notes = new ArrayList<>(asked.notes());
        notes.addAll(reply.done().notes());
        Map<String, Object> count = new LinkedHashMap<>();
        count.put("input_tokens", tokens(request, reply));
        MessageObjects.putNotes(count, notes);
        Replies.send(exchange, Replies.JSON, count, notes);
    }

    /** The engine counts what it renders; a service elsewhere may not. */
    private int tokens(GenerateRequest request, CollectedReply reply) {
        int counted = reply.done().usage().promptTokens();
        return counted > 0 ? counted : runtime.inference().tokenize(request.model(),
                reply.rendered().map(prompt -> prompt.prompt()).orElse(""), true).length;
    }
}
