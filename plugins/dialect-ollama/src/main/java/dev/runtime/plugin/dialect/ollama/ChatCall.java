package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.model.Capability;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.ModelChecks;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** {@code POST /api/chat}: continues a conversation; loads or unloads without messages. */
final class ChatCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;
    private final InstantSource clock;

    ChatCall(LocalRuntime runtime, RequestReader requests, InstantSource clock) {
        this.runtime = runtime;
        this.requests = requests;
        this.clock = clock;
        lookup = new ModelLookup(runtime.models());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        GenerationFields common = GenerationFields.of(fields);
        List<String> ignored = new ArrayList<>();
        List<Message> messages = ChatReader.messages(fields, ignored);
        List<ToolDefinition> tools = ChatReader.tools(fields);
        ignored.addAll(0, fields.ignored());
        List<String> notes = new ArrayList<>();
        requests.account(ignored, notes);
        common.checkLogprobs();
        ModelLookup.Found model = lookup.find(common.model(), exchange, ModelLookup.Route.CHAT);
        var objects = new ReplyObjects(common.model(), new ChatShape(), common.topLogprobs() > 0, clock);
        if (messages.isEmpty() && KeepAliveReader.unloads(common.keepAlive())) {
            runtime.inference().unload(model.reference().name());
            Replies.send(exchange, OllamaEndpoint.JSON, objects.empty(FinishReason.UNLOAD, notes), notes);
            return;
        }
        Thinking thinking = ModelChecks.thinking(model, common.think());
        ModelChecks.completes(model, "chat");
        ModelChecks.has(model, tools.isEmpty() ? List.of() : List.of(Capability.TOOLS));
        Options options = OptionsReader.read(common.options(), requests.strict(), notes);
        if (messages.isEmpty()) {
            runtime.inference().load(model.reference().name(), options, common.keepAlive(), exchange.cancellation());
            Replies.send(exchange, OllamaEndpoint.JSON, objects.empty(FinishReason.LOAD, notes), notes);
            return;
        }
        var request = new GenerateRequest(model.reference().name(),
                new Prompt.Chat(EarlierThoughts.without(messages, model.info()), tools), options, common.outputFormat(),
                thinking, common.keepAlive(), common.truncate(), common.shift(), common.requestedLogprobs(notes), common.renderOnly());
        new Generation(runtime.inference(), exchange, objects, notes).answer(request, common.stream());
    }
}
