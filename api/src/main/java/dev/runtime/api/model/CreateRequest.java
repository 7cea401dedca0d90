package dev.runtime.api.model;

import dev.runtime.api.Experimental;
import dev.runtime.api.inference.Message;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What to make a model from.
 *
 * @param model its name
 * @param from a model whose parts it takes over, pulled if it is not in the store; empty if it is made from files
 * @param files weights: names, relative and with slashes, and digests of blobs
 * @param adapters the same for weights to add
 * @param drafts the same for a draft model, a small one of the same vocabulary that guesses ahead; in place of the base's, if there are any
 * @param draftLevel what to quantise the draft model to; empty to leave it
 * @param template a chat template in place of the base's
 * @param system a system prompt in place of the base's
 * @param licenses licence texts beside the base's
 * @param parameters options over the base's: {@code String}, {@code Long}, {@code Double}, {@code Boolean} or lists of strings
 * @param messages messages in place of the base's, if there are any
 * @param level what to quantise the weights to, in any spelling; empty to leave them
 * @param renderer the prompt renderer to use; empty for the base's
 * @param parser the output parser to use; empty for the base's
 * @param requires the least version of the server; empty for the base's
 * @param facts what lists show instead of what the weights say: {@code capabilities}, {@code model_family}, {@code base_name},
 *     {@code quantization_level}, {@code parameter_size}, {@code context_length}, {@code embedding_length}
 */
@Experimental
public record CreateRequest(
        String model,
        String from,
        Map<String, String> files,
        Map<String, String> adapters,
        Map<String, String> drafts,
        String draftLevel,
        Optional<String> template,
        Optional<String> system,
        List<String> licenses,
        Map<String, Object> parameters,
        List<Message> messages,
        String level,
        String renderer,
        String parser,
        String requires,
        Map<String, Object> facts) {
    /** Asks for a model with the draft model of its base, if that has one. */
    public CreateRequest(String model, String from, Map<String, String> files, Map<String, String> adapters, Optional<String> template,
            Optional<String> system, List<String> licenses, Map<String, Object> parameters, List<Message> messages, String level, String renderer,
            String parser, String requires, Map<String, Object> facts) {
        this(model, from, files, adapters, Map.of(), "", template, system, licenses, parameters, messages, level, renderer, parser, requires, facts);
    }

    /** Checks and copies. */
    public CreateRequest {
        Objects.requireNonNull(model, "model");
        Objects.requireNonNull(from, "from");
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
        adapters = Collections.unmodifiableMap(new LinkedHashMap<>(adapters));
        drafts = Collections.unmodifiableMap(new LinkedHashMap<>(drafts));
        Objects.requireNonNull(draftLevel, "draftLevel");
        licenses = List.copyOf(licenses);
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        messages = List.copyOf(messages);
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }
}
