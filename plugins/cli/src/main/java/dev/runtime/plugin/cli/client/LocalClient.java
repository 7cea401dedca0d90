package dev.runtime.plugin.cli.client;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.model.ModelDetails;
import dev.runtime.api.model.ModelInfo;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Answers from the kernel in this process. */
public record LocalClient(LocalRuntime runtime) implements ModelClient {
    @Override
    public String place() {
        return "this process";
    }

    @Override
    public List<Stored> list() {
        return runtime.models().list().stream().map(m -> new Stored(m.name(), m.digest(), m.size(), m.modified())).toList();
    }

    @Override
    public List<Running> running() {
        return runtime.inference().loaded().stream().map(m -> new Running(m.info().name(), m.info().digest(), m.size(), m.deviceSize(),
                m.contextLength(), m.expires())).toList();
    }

    @Override
    public Card show(String model) {
        ModelDetails details = runtime.models().details(model);
        ModelInfo info = details.info();
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("architecture", info.family());
        facts.put("parameters", info.parameterSize());
        facts.put("context length", Integer.toString(info.contextLength()));
        facts.put("embedding length", Integer.toString(info.embeddingLength()));
        facts.put("quantization", info.quantization());
        TreeSet<String> capabilities = new TreeSet<>();
        info.capabilities().forEach(c -> capabilities.add(c.name().toLowerCase(Locale.ROOT)));
        StringBuilder parameters = new StringBuilder();
        details.parameters().forEach((name, value) -> {
            for (Object one : value instanceof List<?> list ? list : List.of(value)) {
                parameters.append(String.format("%-30s %s%n", name, one instanceof String text ? '"' + text + '"' : one));
            }
        });
        return new Card(facts, capabilities, Map.of("license", String.join("\n", details.licenses()), "modelfile",
                "FROM " + details.weights() + "\n", "parameters", parameters.toString().stripTrailing(), "template", details.template(),
                "system", details.system()));
    }

    @Override
    public void stop(String model) {
        runtime.models().find(model).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "model '" + model + "' not found"));
        runtime.inference().unload(model);
    }

    @Override
    public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        runtime.inference().generate(request, cancellation, events);
    }
}
