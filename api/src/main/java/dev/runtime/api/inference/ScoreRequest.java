package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.Objects;

/**
 * A request for the probabilities that a model gives to the tokens of a text. One request is one window: it fits the context,
 * and each token sees all tokens before it. Who scores a longer text cuts it into windows, and so knows how far it is.
 *
 * @param model a model reference
 * @param tokens the window, at least two tokens
 * @param from the first token to score, at least 1, since nothing comes before token 0
 * @param options options by name, such as {@code num_ctx}; those about sampling have no effect
 * @param keepAlive how long the model stays
 */
@Stable
public record ScoreRequest(String model, int[] tokens, int from, Options options, KeepAlive keepAlive) {
    /** Checks and copies. */
    public ScoreRequest {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(options, "options");
        Objects.requireNonNull(keepAlive, "keepAlive");
        tokens = tokens.clone();
    }

    /** Creates a request for all tokens but the first. */
    public static ScoreRequest of(String model, int[] tokens) {
        return new ScoreRequest(model, tokens, 1, Options.NONE, new KeepAlive.Unchanged());
    }
}
