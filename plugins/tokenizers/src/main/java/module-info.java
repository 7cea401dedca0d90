/**
 * Turns text into tokens and back, from a model's metadata alone.
 *
 * <p>Start reading at {@link dev.runtime.plugin.tokenizers.VocabularyTokenizers}, the factory; {@code VocabularyTokenizer} holds what all
 * algorithms share, and there is one class for each algorithm: {@code BytePairTokenizer}, {@code SentencePieceTokenizer},
 * {@code UnigramTokenizer} and {@code WordPieceTokenizer}.
 */
module dev.runtime.plugin.tokenizers {
    requires dev.runtime.api;

    provides dev.runtime.api.text.TokenizerFactory with
            dev.runtime.plugin.tokenizers.VocabularyTokenizers;
}
