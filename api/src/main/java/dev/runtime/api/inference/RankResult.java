package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;

/**
 * How well documents answer a query.
 *
 * @param scores one a document, in the order of the request; larger is better, on the model's own scale
 * @param usage counts and times
 * @param notes what was cut or ignored
 */
@Stable
public record RankResult(double[] scores, Usage usage, List<String> notes) {
    /** Copies the notes. */
    public RankResult {
        notes = List.copyOf(notes);
    }
}
