package dev.runtime.plugin.tokenizers;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.api.text.TokenizerFactory;
import java.util.Map;
import java.util.function.Function;

/** Makes the tokenizers whose vocabulary lies in a model's metadata under {@code tokenizer.ggml.*}. */
public final class VocabularyTokenizers implements TokenizerFactory {
    private static final Map<String, Function<Metadata, Tokenizer>> MODELS = Map.of(
            "gpt2", BytePairTokenizer::of,
            "llama", SentencePieceTokenizer::of,
            "bert", WordPieceTokenizer::of,
            "t5", UnigramTokenizer::of);

    /** For the service loader. */
    public VocabularyTokenizers() {}

    @Override
    public boolean accepts(Metadata metadata) {
        return metadata.has(Vocabulary.PREFIX + "model") && MODELS.containsKey(model(metadata));
    }

    @Override
    public Tokenizer create(Metadata metadata) {
        Function<Metadata, Tokenizer> maker = MODELS.get(model(metadata));
        if (maker == null) {
            throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, "the model's tokenizer '" + model(metadata) + "' (" + Vocabulary.PREFIX
                    + "model) is not supported; known are " + String.join(", ", MODELS.keySet().stream().sorted().toList()));
        }
        return maker.apply(metadata);
    }

    private static String model(Metadata metadata) {
        return metadata.requireString(Vocabulary.PREFIX + "model");
    }
}
