package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.model.Capability;
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
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code POST /v1/completions}: completes a text, which the model's template renders as a user's turn. */
final class CompletionCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;
    private final InstantSource clock;

    CompletionCall(LocalRuntime runtime, RequestReader requests, InstantSource clock) {
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
        String prompt = fields.string("prompt");
        String suffix = fields.string("suffix");
        boolean echo = fields.flag("echo", false);
        Options options = SamplingFields.completions(fields);
        int logprobs = Logprobs.completions(fields);
        OutputFormat format = AnswerFormat.chat(fields, ignored);
        int choices = SamplingFields.choices(fields);
        fields.knownIf("best_of", best -> best instanceof Long n && n == choices);
        StreamFields stream = StreamFields.read(fields, ignored);
        ignored.addAll(0, fields.ignored());
        requests.account(ignored, notes);
        var model = lookup.find(given, exchange, ModelLookup.Route.GENERATE);
        ModelChecks.completes(model, "generate");
        ModelChecks.has(model, suffix.isEmpty() ? List.of() : List.of(Capability.INSERT));
        var request = new GenerateRequest(model.reference().name(),
                new Prompt.Text(prompt, suffix, Optional.empty(), Optional.empty(), List.of(), new int[0]), options,
                format, ModelChecks.thinking(model, Optional.empty()), new KeepAlive.Unchanged(), true, true, logprobs, false);
        ReplyHead head = new ReplyHead(Identifiers.next("cmpl-"), "text_completion", clock.instant().getEpochSecond(), given);
        CompletionObjects objects = new CompletionObjects(head, echo ? prompt : "", notes);
        if (stream.on()) {
            LiveReply live = new LiveReply(exchange, LiveReply.EVENTS, notes);
            CompletionChunks chunks = new CompletionChunks(objects, live, stream.usage());
            live.run(() -> {
                for (int i = 0; i < choices; i++) {
                    chunks.begin(i);
                    generate(request, i, exchange, chunks);
                }
                chunks.end();
            }, failure -> live.data(ErrorObject.of(failure)));
            return;
        }
        for (int i = 0; i < choices; i++) {
            objects.begin(i);
            generate(request, i, exchange, objects);
        }
        Replies.send(exchange, Replies.JSON, objects.whole(), objects.notes());
    }

    /** An empty prompt only loads the model. */
    private void generate(GenerateRequest request, int choice, HttpExchange exchange, Consumer<GenerationEvent> events) {
        if (request.prompt() instanceof Prompt.Text text && text.text().isEmpty() && text.suffix().isEmpty()) {
            runtime.inference().load(request.model(), request.options(), request.keepAlive(), exchange.cancellation());
            events.accept(new GenerationEvent.Done(FinishReason.LOAD, Usage.NONE, List.of(), new int[0]));
        } else {
            runtime.inference().generate(request.withOptions(SamplingFields.of(request.options(), choice)), exchange.cancellation(), events);
        }
    }
}
