package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.model.Capability;
import dev.runtime.plugin.dialect.ChosenTools;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.LiveReply;
import dev.runtime.plugin.dialect.ModelChecks;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code POST /v1/responses}: continues a conversation that the request holds in full, or one that an earlier response ended. */
final class ResponsesCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;
    private final InstantSource clock;
    private final StoredResponses stored;

    ResponsesCall(LocalRuntime runtime, RequestReader requests, InstantSource clock, StoredResponses stored) {
        this.stored = stored;
        this.runtime = runtime;
        this.requests = requests;
        this.clock = clock;
        lookup = new ModelLookup(runtime.models());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        List<String> ignored = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        String given = fields.string("model");
        List<Object> before = fields.optionalString("previous_response_id").map(stored::conversation).orElse(List.of());
        List<Message> messages = ResponseInput.read(fields, before, ignored);
        List<Object> items = new ArrayList<>(before);
        items.addAll(ResponseInput.items(fields));
        boolean store = fields.flag("store", true);
        ChosenTools tools = ChatTools.chosen(ResponseTools.read(fields, requests, ignored, notes), fields);
        Options options = SamplingFields.responses(fields);
        Fields text = fields.fields("text");
        OutputFormat format = AnswerFormat.responses(text, ignored);
        ignored.addAll(text.ignored());
        Optional<Thinking> effort = Effort.read(fields, ignored);
        StreamFields stream = StreamFields.read(fields, ignored);
        boolean truncate = !fields.string("truncation").equals("disabled");
        harmless(fields);
        ChatCall.harmless(fields);
        ignored.addAll(0, fields.ignored());
        requests.account(ignored, notes);
        var model = lookup.find(given, exchange, ModelLookup.Route.CHAT);
        Thinking thinking = ModelChecks.thinking(model, effort);
        ModelChecks.completes(model, "chat");
        ModelChecks.has(model, tools.tools().isEmpty() ? List.of() : List.of(Capability.TOOLS));
        var request = new GenerateRequest(model.reference().name(), new Prompt.Chat(messages, tools.tools()), options, format, thinking,
                new KeepAlive.Unchanged(), truncate, true, -1, false, tools.choice());
        answer(exchange, request, new ResponseObjects(fields, clock), stream.on(), notes, store ? response -> stored.keep(response, items) : response -> { });
    }

    private static void harmless(Fields fields) {
        fields.knownIf("background", Boolean.FALSE::equals);
        fields.knownIf("include", List.of("reasoning.encrypted_content")::equals);
    }

    private void answer(HttpExchange exchange, GenerateRequest request, ResponseObjects objects, boolean stream, List<String> notes,
            Consumer<Map<String, Object>> keeper) throws IOException {
        if (stream) {
            LiveReply live = new LiveReply(exchange, LiveReply.EVENTS, notes);
            ResponseEvents events = new ResponseEvents(objects, live::event, notes);
            live.run(() -> {
                generate(request, exchange, events);
                keeper.accept(events.response());
            }, events::fail);
            return;
        }
        ResponseEvents events = new ResponseEvents(objects, (name, event) -> { }, notes);
        generate(request, exchange, events);
        keeper.accept(events.response());
        Replies.send(exchange, Replies.JSON, events.response(), events.notes());
    }

    /** Without input the model is only loaded. */
    private void generate(GenerateRequest request, HttpExchange exchange, ResponseEvents events) {
        if (request.prompt() instanceof Prompt.Chat chat && chat.messages().isEmpty()) {
            runtime.inference().load(request.model(), request.options(), request.keepAlive(), exchange.cancellation());
            events.accept(new GenerationEvent.Done(FinishReason.LOAD, Usage.NONE, List.of(), new int[0]));
        } else {
            runtime.inference().generate(request, exchange.cancellation(), events);
        }
    }
}
