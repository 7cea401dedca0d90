package org.example.stage;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.api.source.Provider;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/** Models of the store that the scripted engine speaks for. */
public final class StagedModels implements Provider {
    private static final String OWNER = "registry.ollama.ai/library/";
    private static final List<String> NAMES = List.of("test", "plain", "think", "insert", "bert");

    @Override
    public String name() {
        return "stage";
    }

    @Override
    public List<ModelInfo> models() {
        return NAMES.stream().map(name -> new ModelInfo(OWNER + name + ":latest", "", 0, Instant.EPOCH, "", "", List.of(), "", "", 0, 0, "", Set.of())).toList();
    }

    @Override
    public boolean accepts(String model) {
        return models().stream().anyMatch(known -> known.name().equals(model));
    }

    @Override
    public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        Stage.engine().generate(request, cancellation, events);
    }

    @Override
    public EmbedResult embed(EmbedRequest request, Cancellation cancellation) {
        return Stage.engine().embed(request, cancellation);
    }
}
