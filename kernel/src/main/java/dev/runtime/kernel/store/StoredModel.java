package dev.runtime.kernel.store;

import dev.runtime.api.inference.Message;
import dev.runtime.api.model.ModelInfo;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model that is ready to be loaded: all its files are there.
 *
 * @param info the list entry; its digest tells whether a loaded model is still the stored one
 * @param weights the weight file
 * @param projectors weight files of image or sound encoders
 * @param adapters weight files to add to the weights
 * @param draft the weight file of a small model that guesses ahead
 * @param template the template that the store gives; it goes before the weight file's own
 * @param system the default system prompt
 * @param parameters default options: {@code String}, {@code Long}, {@code Double}, {@code Boolean} or a list of strings
 * @param messages messages that start every conversation
 * @param licenses licence texts
 * @param parser the output parser that the model's configuration asks for, empty if none
 * @param renderer the prompt renderer that the model's configuration asks for, empty if none
 */
public record StoredModel(
        ModelInfo info,
        Path weights,
        List<Path> projectors,
        List<Path> adapters,
        Optional<Path> draft,
        Optional<String> template,
        Optional<String> system,
        Map<String, Object> parameters,
        List<Message> messages,
        List<String> licenses,
        String parser,
        String renderer) {
    /** Creates a model without a draft model. */
    public StoredModel(ModelInfo info, Path weights, List<Path> projectors, List<Path> adapters, Optional<String> template, Optional<String> system,
            Map<String, Object> parameters, List<Message> messages, List<String> licenses, String parser, String renderer) {
        this(info, weights, projectors, adapters, Optional.empty(), template, system, parameters, messages, licenses, parser, renderer);
    }

    /** Copies the collections. */
    public StoredModel {
        projectors = List.copyOf(projectors);
        adapters = List.copyOf(adapters);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        messages = List.copyOf(messages);
        licenses = List.copyOf(licenses);
    }
}
