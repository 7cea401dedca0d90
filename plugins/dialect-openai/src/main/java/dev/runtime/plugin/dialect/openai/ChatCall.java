package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.model.Capability;
import dev.runtime.plugin.dialect.ChosenTools;
import dev.runtime.plugin.dialect.CollectedReply;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.Identifiers;
import dev.runtime.plugin.dialect.LiveReply;
import dev.runtime.plugin.dialect.ModelChecks;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code POST /v1/chat/completions}: continues a conversation, several times over if asked. */
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
        List<String> ignored = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        String given = fields.string("model");
        List<Message> messages = ChatMessages.read(fields, ignored);
        ChosenTools tools = ChatTools.chosen(ChatTools.read(fields), fields);
        Options options = SamplingFields.chat(fields, ignored);
        OutputFormat format = AnswerFormat.chat(fields, ignored);
        Optional<Thinking> effort = Effort.read(fields, ignored);
        int logprobs = Logprobs.chat(fields, ignored);
        int choices = SamplingFields.choices(fields);
        StreamFields stream = StreamFields.read(fields, ignored);
        harmless(fields);
        ignored.addAll(0, fields.ignored());
        requests.account(ignored, notes);
        var model = lookup.find(given, exchange, ModelLookup.Route.CHAT);
        Thinking thinking = ModelChecks.thinking(model, effort);
        ModelChecks.completes(model, "chat");
        ModelChecks.has(model, tools.tools().isEmpty() ? List.of() : List.of(Capability.TOOLS));
        var request = new GenerateRequest(model.reference().name(), new Prompt.Chat(messages, tools.tools()), options, format, thinking,
                new KeepAlive.Unchanged(), true, true, logprobs, false, tools.choice());
        ReplyHead head = new ReplyHead(Identifiers.next("chatcmpl-"), stream.on() ? "chat.completion.chunk" : "chat.completion",
                clock.instant().getEpochSecond(), given);
        if (stream.on()) {
            stream(exchange, request, choices, new ChatChunks(head, new LiveReply(exchange, LiveReply.EVENTS, notes), notes), stream.usage());
        } else {
            whole(exchange, request, choices, head, notes);
        }
    }

    /** Values that ask for what happens anyway. */
    static void harmless(Fields fields) {
        fields.knownIf("store", Boolean.FALSE::equals);
        fields.knownIf("service_tier", value -> "auto".equals(value) || "default".equals(value));
        fields.knownIf("modalities", List.of("text")::equals);
    }

    private void stream(HttpExchange exchange, GenerateRequest request, int choices, ChatChunks chunks, boolean usage) throws IOException {
        chunks.live().run(() -> {
            for (int i = 0; i < choices; i++) {
                chunks.begin(i);
                runtime.inference().generate(request.withOptions(SamplingFields.of(request.options(), i)), exchange.cancellation(), chunks);
            }
            chunks.end(usage);
        }, failure -> chunks.live().data(ErrorObject.of(failure)));
    }

    private void whole(HttpExchange exchange, GenerateRequest request, int choices, ReplyHead head, List<String> requestNotes)
            throws IOException {
        Set<String> notes = new LinkedHashSet<>(requestNotes);
        TokenCount count = new TokenCount();
        List<Map<String, Object>> all = new ArrayList<>();
        for (int i = 0; i < choices; i++) {
            CollectedReply reply = new CollectedReply();
            runtime.inference().generate(request.withOptions(SamplingFields.of(request.options(), i)), exchange.cancellation(), reply);
            all.add(ChatObjects.choice(i, reply));
            count.add(reply.done().usage());
            notes.addAll(reply.done().notes());
        }
        Map<String, Object> body = head.begin();
        body.put("choices", all);
        body.put("usage", count.usage());
        ChatObjects.putNotes(body, notes);
        Replies.send(exchange, Replies.JSON, body, List.copyOf(notes));
    }
}
