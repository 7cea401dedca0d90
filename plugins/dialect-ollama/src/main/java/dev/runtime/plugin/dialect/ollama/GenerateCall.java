package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.model.Capability;
import dev.runtime.plugin.dialect.Base64Files;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.ModelChecks;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code POST /api/generate}: completes a text; loads or unloads without one. */
final class GenerateCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;
    private final InstantSource clock;

    GenerateCall(LocalRuntime runtime, RequestReader requests, InstantSource clock) {
        this.runtime = runtime;
        this.requests = requests;
        this.clock = clock;
        lookup = new ModelLookup(runtime.models());
    }

    /** What generate has beside the common fields. */
    private record Input(
            String text, String suffix, Optional<String> system, Optional<String> template, List<byte[]> images, int[] context, boolean raw) {
        static Input of(Fields fields) {
            return new Input(fields.string("prompt"), fields.string("suffix"), text(fields, "system"), text(fields, "template"),
                    Base64Files.read(fields, "images"), context(fields), fields.flag("raw", false));
        }

        private static Optional<String> text(Fields fields, String name) {
            return fields.optionalString(name).filter(s -> !s.isEmpty());
        }

        private static int[] context(Fields fields) {
            List<?> ids = fields.list("context");
            int[] context = new int[ids.size()];
            for (int i = 0; i < context.length; i++) {
                if (!(ids.get(i) instanceof Long id) || id < 0 || id > Integer.MAX_VALUE) {
                    throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                            "field \"context\" must hold token ids, not " + Fields.kind(ids.get(i)) + " at " + i);
                }
                context[i] = (int) (long) id;
            }
            return context;
        }

        Prompt prompt() {
            return raw ? new Prompt.Raw(text, images) : new Prompt.Text(text, suffix, system, template, images, context);
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        GenerationFields common = GenerationFields.of(fields);
        Input input = Input.of(fields);
        List<String> notes = new ArrayList<>();
        requests.account(fields.ignored(), notes);
        common.checkLogprobs();
        ModelLookup.Found model = lookup.find(common.model(), exchange, ModelLookup.Route.GENERATE);
        var objects = new ReplyObjects(common.model(), new GenerateShape(input.raw()), common.topLogprobs() > 0, clock);
        if (input.text().isEmpty() && KeepAliveReader.unloads(common.keepAlive())) {
            runtime.inference().unload(model.reference().name());
            Replies.send(exchange, OllamaEndpoint.JSON, objects.empty(FinishReason.UNLOAD, notes), notes);
            return;
        }
        ModelChecks.noImageModel(model);
        if (input.raw() && (input.template().isPresent() || input.system().isPresent() || input.context().length > 0)) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "raw mode does not support template, system, or context");
        }
        Thinking thinking = ModelChecks.thinking(model, common.think());
        ModelChecks.completes(model, "generate");
        ModelChecks.has(model, input.suffix().isEmpty() ? List.of() : List.of(Capability.INSERT));
        Options options = OptionsReader.read(common.options(), requests.strict(), notes);
        if (input.text().isEmpty()) {
            runtime.inference().load(model.reference().name(), options, common.keepAlive(), exchange.cancellation());
            Replies.send(exchange, OllamaEndpoint.JSON, objects.empty(FinishReason.LOAD, notes), notes);
            return;
        }
        if (input.raw() && !input.suffix().isEmpty()) {
            notes.add("ignored field \"suffix\": raw is true");
        }
        var request = new GenerateRequest(model.reference().name(), input.prompt(), options, common.outputFormat(), thinking,
                common.keepAlive(), common.truncate(), common.shift(), common.requestedLogprobs(notes), common.renderOnly());
        new Generation(runtime.inference(), exchange, objects, notes).answer(request, common.stream());
    }
}
