package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.util.List;

/**
 * What a graph depends on beside the model.
 *
 * @param contextLength the tokens of one sequence that will be used at most; selects long or short rope factors
 * @param output what the graph ends in
 * @param images whether tokens may come as embeddings of images
 * @param adapters additions to the model's weights
 */
@Stable
public record BuildOptions(int contextLength, Output output, boolean images, List<Adapter> adapters) {
    /** Copies. */
    public BuildOptions {
        adapters = List.copyOf(adapters);
    }

    /** The end of a graph. */
    public enum Output {
        /** Logits of the rows asked for. */
        LOGITS,
        /** One pooled vector a sequence, or one a token where the model does not pool. */
        EMBEDDING
    }

    /** Creates options of a model without images and adapters. */
    public BuildOptions(int contextLength, Output output) {
        this(contextLength, output, false, List.of());
    }
}
