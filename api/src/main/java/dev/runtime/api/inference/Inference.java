package dev.runtime.api.inference;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.Stable;
import dev.runtime.api.text.Tokenizer;
import java.util.List;
import java.util.function.Consumer;

/**
 * The engine. Safe for use by many threads; calls block, so they belong on virtual threads, and end soon after their
 * cancellation.
 *
 * <p>All methods throw {@link dev.runtime.api.RuntimeFailure}: {@code model.*} if the model cannot be found or loaded,
 * {@code request.*} for a request that cannot be served, {@code server.busy} if the queue is full,
 * {@code request.cancelled} after cancellation, {@code device.*} if a step failed.
 */
@Stable
public interface Inference {
    /**
     * Generates. Events are passed to the consumer on the calling thread; a slow consumer slows down nobody else.
     *
     * @throws RuntimeException what the consumer threw, after the generation was cancelled
     */
    void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events);

    /** Embeds texts. */
    EmbedResult embed(EmbedRequest request, Cancellation cancellation);

    /**
     * (optional) Judges how well documents answer a query. The default refuses.
     *
     * @throws dev.runtime.api.RuntimeFailure also with {@code request.unsupported} for a model that is no reranker, or that runs elsewhere
     */
    default RankResult rank(RankRequest request, Cancellation cancellation) {
        throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, "\"" + request.model() + "\" does not support reranking here");
    }

    /**
     * Scores the tokens of a window, see {@link ScoreRequest}. Windows of many requests share the model's steps.
     *
     * @throws dev.runtime.api.RuntimeFailure also with {@code request.unsupported} for a model that only embeds, or that runs elsewhere
     */
    ScoreResult score(ScoreRequest request, Cancellation cancellation);

    /** Loads a model if it is not loaded, and sets how long it stays. */
    LoadedModel load(String model, Options options, KeepAlive keepAlive, Cancellation cancellation);

    /** Unloads a model as soon as its last request ends; does nothing if it is not loaded. */
    void unload(String model);

    /** Returns the loaded models, the longest remaining life first. */
    List<LoadedModel> loaded();

    /**
     * Returns a model's tokenizer, read from its file: the model is not loaded. Stays usable; reading takes time, so it is kept
     * for many texts.
     */
    Tokenizer tokenizer(String model);

    /**
     * Encodes a text with a model's tokenizer.
     *
     * @param special whether control tokens in the text are recognised and the model's begin token is added
     */
    int[] tokenize(String model, String text, boolean special);

    /** Decodes tokens with a model's tokenizer, control tokens included. */
    String detokenize(String model, int[] tokens);
}
