package dev.runtime.api.model;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import dev.runtime.api.graph.Graph;
import java.util.Set;

/** Turns a model's metadata and tensor directory into graphs. Stateless; builds without touching tensor data. */
@Stable
public interface Architecture extends Extension {
    /** Returns the values of {@code general.architecture} that this implementation builds. */
    Set<String> names();

    /**
     * Reads and checks the hyper-parameters.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.file_invalid}, naming key and value, if one is missing or
     *     absurd; with {@code model.unsupported} if the model needs something that this architecture lacks
     */
    ModelShape shape(ModelFile file);

    /**
     * Builds the graph of one step. Its outputs are {@link Graph#LOGITS} for a model that generates, and
     * {@link Graph#EMBEDDING} for one that embeds.
     *
     * @throws dev.runtime.api.RuntimeFailure as {@link #shape}; also for a missing tensor or one of the wrong shape, with
     *     name, expected and found shape
     */
    Graph build(ModelFile file, BuildOptions options);
}
