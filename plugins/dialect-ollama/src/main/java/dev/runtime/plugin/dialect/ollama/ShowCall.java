package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.LocalRuntime;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.inference.Message;
import dev.runtime.api.model.ModelDetails;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.ModelReference;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code POST /api/show}: everything about one model. */
final class ShowCall implements HttpHandler {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;

    ShowCall(LocalRuntime runtime, RequestReader requests) {
        this.runtime = runtime;
        this.requests = requests;
        lookup = new ModelLookup(runtime.models());
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        String alias = fields.string("name");
        String given = fields.optionalString("model").filter(s -> !s.isEmpty()).orElse(alias);
        String system = fields.string("system");
        boolean verbose = fields.flag("verbose", false);
        Map<String, Object> options = fields.object("options");
        fields.known("template");
        List<String> notes = new ArrayList<>();
        requests.account(fields.ignored(), notes);
        var model = lookup.find(given, exchange, ModelLookup.Route.SHOW);
        ModelDetails details = runtime.models().details(model.reference().name());
        Map<String, Object> facts = MetadataView.of(details.metadata(), verbose);
        if (exchange.header("user-agent").orElse("").startsWith("GitHubCopilotChat/")) {
            facts.put("general.basename", given);
        }
        var modelfile = new ModelfileText(details, system.isEmpty() ? details.system() : system, options);
        // paths of the host stay on the host
        String text = modelfile.text(ModelReference.local(exchange) && !details.weights().toString().isEmpty());
        Map<String, Object> encoder = runtime.models().projector(model.reference().name()).map(m -> MetadataView.of(m, verbose)).orElse(Map.of());
        Replies.send(exchange, OllamaEndpoint.JSON, reply(details, modelfile, text, facts, encoder), notes);
    }

    private static Map<String, Object> reply(
            ModelDetails details, ModelfileText modelfile, String text, Map<String, Object> facts, Map<String, Object> encoder) {
        Map<String, Object> reply = new LinkedHashMap<>();
        putUnlessEmpty(reply, "license", String.join("\n", details.licenses()));
        reply.put("modelfile", text);
        putUnlessEmpty(reply, "parameters", modelfile.parameters());
        reply.put("template", details.template());
        putUnlessEmpty(reply, "system", modelfile.system());
        reply.put("details", ModelFacts.details(details.info(), details.info().parent()));
        putUnlessEmpty(reply, "messages", details.messages().stream().map(ShowCall::message).toList());
        reply.put("model_info", facts);
        if (!encoder.isEmpty()) {
            reply.put("projector_info", encoder);
        }
        putUnlessEmpty(reply, "tensors", details.tensors().stream().map(ShowCall::tensor).toList());
        putUnlessEmpty(reply, "capabilities", ModelFacts.capabilities(details.info().capabilities()));
        reply.put("modified_at", details.info().modified());
        return reply;
    }

    private static Map<String, Object> message(Message message) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("role", message.role());
        entry.put("content", message.content());
        return entry;
    }

    private static Map<String, Object> tensor(TensorInfo tensor) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("name", tensor.name());
        entry.put("type", tensor.type().name());
        entry.put("shape", tensor.shape());
        return entry;
    }

    private static void putUnlessEmpty(Map<String, Object> reply, String name, String text) {
        if (!text.isEmpty()) {
            reply.put(name, text);
        }
    }

    private static void putUnlessEmpty(Map<String, Object> reply, String name, List<?> list) {
        if (!list.isEmpty()) {
            reply.put(name, list);
        }
    }
}
