package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.util.OptionalInt;

/**
 * The hyper-parameters that scheduling and estimates need.
 *
 * @param architecture the architecture's name
 * @param contextLength the tokens that the model was trained for
 * @param embeddingLength width of the hidden state
 * @param layers number of blocks
 * @param heads query heads (of the first layer that has any)
 * @param kvHeads key-value heads (likewise)
 * @param headSize elements of a key head
 * @param vocabulary rows of the output matrix
 * @param pooling how embeddings are pooled
 * @param decoderStart the token that the output begins with in a model whose encoder reads the prompt; empty for models without an encoder
 */
@Stable
public record ModelShape(
        String architecture,
        int contextLength,
        int embeddingLength,
        int layers,
        int heads,
        int kvHeads,
        int headSize,
        int vocabulary,
        Pooling pooling,
        OptionalInt decoderStart) {
    /** Creates the shape of a model without an encoder. */
    public ModelShape(String architecture, int contextLength, int embeddingLength, int layers, int heads, int kvHeads, int headSize,
            int vocabulary, Pooling pooling) {
        this(architecture, contextLength, embeddingLength, layers, heads, kvHeads, headSize, vocabulary, pooling, OptionalInt.empty());
    }

    /** How token vectors become one vector. */
    public enum Pooling {
        /** The model generates text, or gives a vector a token. */
        NONE,
        /** The mean of all tokens. */
        MEAN,
        /** The first token. */
        CLS,
        /** The last token. */
        LAST,
        /** A score of a pair, from the classification head. */
        RANK
    }
}
