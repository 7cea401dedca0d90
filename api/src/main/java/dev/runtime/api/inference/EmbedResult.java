package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;

/**
 * Embeddings.
 *
 * @param vectors one a text, in order
 * @param usage counts and times
 * @param notes what was truncated
 */
@Stable
public record EmbedResult(List<float[]> vectors, Usage usage, List<String> notes) {
    /** Copies the lists. */
    public EmbedResult {
        vectors = List.copyOf(vectors);
        notes = List.copyOf(notes);
    }
}
