package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.plugin.dialect.CollectedReply;
import dev.runtime.plugin.dialect.LiveReply;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@code POST /v1/messages}: continues a conversation. */
final class MessagesCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;

    MessagesCall(LocalRuntime runtime, RequestReader requests) {
        this.runtime = runtime;
        this.requests = requests;
        lookup = new ModelLookup(runtime.models());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        MessageRequest asked = MessageRequest.read(requests.read(exchange), requests, true);
        GenerateRequest request = asked.forModel(lookup.find(asked.model(), exchange, ModelLookup.Route.CHAT), false);
        MessageObjects objects = MessageObjects.of(asked.model());
        if (asked.stream()) {
            LiveReply live = new LiveReply(exchange, LiveReply.EVENTS, asked.notes());
            live.run(() -> runtime.inference().generate(request, exchange.cancellation(), new MessageEvents(objects, live, asked.notes())),
                    failure -> live.event("error", ErrorEnvelope.of(failure)));
            return;
        }
        CollectedReply reply = new CollectedReply();
        runtime.inference().generate(request, exchange.cancellation(), reply);
        List<String> notes = new ArrayList<>(asked.notes());
        notes.addAll(reply.done().notes());
        Map<String, Object> message = objects.whole(reply);
        MessageObjects.putNotes(message, notes);
        Replies.send(exchange, Replies.JSON, message, notes);
    }
}
