package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;
import java.util.Objects;

/**
 * A request for how well documents answer a query, judged by a reranking model.
 *
 * @param model a model reference
 * @param query the query
 * @param documents the documents, independent of each other
 * @param truncate whether a document that is too long may be cut at its end
 * @param options options by name
 * @param keepAlive how long the model stays
 */
@Stable
public record RankRequest(String model, String query, List<String> documents, boolean truncate, Options options, KeepAlive keepAlive) {
    /** Checks and copies. */
    public RankRequest {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(query, "query");
        documents = List.copyOf(documents);
    }

    /** Creates a request with defaults for everything else. */
    public static RankRequest of(String model, String query, List<String> documents) {
        return new RankRequest(model, query, documents, true, Options.NONE, new KeepAlive.Unchanged());
    }
}
