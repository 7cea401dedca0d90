package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;

/**
 * A request for embeddings.
 *
 * @param model a model reference
 * @param inputs texts, independent of each other
 * @param truncate whether a text that is too long may be cut at its end
 * @param dimensions 0 for all, else the first n, normalised again
 * @param normalize whether vectors get length 1
 * @param options options by name
 * @param keepAlive how long the model stays
 */
@Stable
public record EmbedRequest(
        String model, List<String> inputs, boolean truncate, int dimensions, boolean normalize, Options options, KeepAlive keepAlive) {
    /** Copies. */
    public EmbedRequest {
        inputs = List.copyOf(inputs);
    }
}
