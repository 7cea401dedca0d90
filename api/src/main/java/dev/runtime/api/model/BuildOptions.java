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
        EMBEDDING,
        /**
         * An encoder whose result goes to the layers of the cache that the graph for {@link #LOGITS} reads, see
         * {@link dev.runtime.api.graph.Op.KvWrite}; {@link dev.runtime.api.graph.Graph#EMBEDDING} is its vectors, one a token. For models with
         * {@link ModelShape#decoderStart}.
         */
        ENCODING
    }

    /** Creates options of a model without images and adapters. */
    public BuildOptions(int contextLength, Output output) {
        this(contextLength, output, false, List.of());
    }
}
