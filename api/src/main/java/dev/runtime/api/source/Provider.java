package dev.runtime.api.source;

import dev.runtime.api.Cancellation;
import dev.runtime.api.Experimental;
import dev.runtime.api.Extension;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.model.ModelInfo;
import java.util.List;
import java.util.function.Consumer;

/** Models that run elsewhere, behind another service. The contract of its calls is that of {@code Inference}. */
@Experimental
public interface Provider extends Extension {
    /** Returns the provider's name, lower case. */
    String name();

    /** Returns the models it offers now. */
    List<ModelInfo> models();

    /** Tells whether a model reference is this provider's. */
    boolean accepts(String model);

    /** Generates. */
    void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events);

    /** Embeds. */
    EmbedResult embed(EmbedRequest request, Cancellation cancellation);
}
