package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.util.List;
import java.util.Optional;

/**
 * The models of the store. Safe for use by many threads and processes.
 *
 * <p>A reference is a model name in any spelling, or a path to a weight file.
 */
@Stable
public interface Models {
    /** Returns all models, the most recently modified first; damaged ones are left out. */
    List<ModelInfo> list();

    /**
     * Finds a model.
     *
     * @return nothing if there is none; a damaged one is a failure and not an absent one, though {@link #list} leaves it out
     * @throws dev.runtime.api.RuntimeFailure with {@code model.name_invalid} if the reference is no valid name, {@code model.file_invalid}
     *     if the model is there but damaged, {@code model.unsupported} if a file given by its path needs what is not supported
     */
    Optional<ModelInfo> find(String reference);

    /**
     * Opens a model for a look.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.not_found}, {@code model.name_invalid} or
     *     {@code model.file_invalid}
     */
    ModelDetails details(String reference);

    /**
     * (optional) Returns the metadata of a model's image encoder; nothing, as by default, if it has none in a file of its own.
     *
     * @throws dev.runtime.api.RuntimeFailure as {@link #details}
     */
    default Optional<Metadata> projector(String reference) {
        return Optional.empty();
    }

    /**
     * Returns the shortest form of a name, with tag: {@code library/x} gives {@code x:latest}.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.name_invalid}
     */
    String displayName(String reference);

    /** Returns the full form of a name: host, namespace, model, tag. */
    String fullName(String reference);

    /**
     * Tells whether a reference means a file by its path and not a model by its name.
     *
     * <p>Paths are for callers on this machine. Whoever passes on a reference from the network refuses one for which this holds
     * in the same words as a model that is not there, so that nobody can find out which files exist.
     */
    default boolean isPath(String reference) {
        return reference.matches("(?s)[/\\\\.~].*|[A-Za-z]:[/\\\\].*");
    }
}
