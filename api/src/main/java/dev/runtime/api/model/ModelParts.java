package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a model has beside its weights, texts and options.
 *
 * @param projectors weight files of image or sound encoders
 * @param adapters weight files to add to the weights
 * @param draft the weight file of a small model that guesses ahead
 * @param renderer the prompt renderer that its configuration asks for; empty if none
 * @param parser the output parser that its configuration asks for; empty if none
 */
@Stable
public record ModelParts(List<Path> projectors, List<Path> adapters, Optional<Path> draft, String renderer, String parser) {
    /** Nothing. */
    public static final ModelParts NONE = new ModelParts(List.of(), List.of(), Optional.empty(), "", "");

    /** Copies the lists. */
    public ModelParts {
        projectors = List.copyOf(projectors);
        adapters = List.copyOf(adapters);
    }
}
