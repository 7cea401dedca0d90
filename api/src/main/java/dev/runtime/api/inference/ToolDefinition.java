package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A function that a model may call.
 *
 * <p>JSON values are plain Java everywhere in the api: {@code Map<String, Object>} in insertion order, {@code List<Object>},
 * {@code String}, {@code Boolean}, {@code Long}, {@code BigInteger}, {@code Double}, {@code BigDecimal} and null.
 *
 * @param name the function's name
 * @param description what it does; empty if none
 * @param parameters the JSON schema of its arguments, in the caller's key order
 * @param declaration the whole declaration as the caller wrote it, which templates show to the model; empty to have it made
 *     from the other parts
 */
@Stable
public record ToolDefinition(String name, String description, Map<String, Object> parameters, Map<String, Object> declaration) {
    /** Checks and copies. */
    public ToolDefinition {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(description, "description");
        parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
        declaration = Collections.unmodifiableMap(new LinkedHashMap<>(declaration));
    }
}
