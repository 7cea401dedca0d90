package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A call that a model made.
 *
 * @param id what the result refers to; empty if none
 * @param index which call of the reply, from 0
 * @param name the function's name
 * @param arguments the arguments, as plain JSON values in the model's order
 */
@Stable
public record ToolCall(String id, int index, String name, Map<String, Object> arguments) {
    /** Checks and copies. */
    public ToolCall {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(name, "name");
        arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    }
}
