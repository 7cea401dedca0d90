package dev.runtime.api.tool;

import dev.runtime.api.Cancellation;
import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import dev.runtime.api.inference.ToolDefinition;
import java.util.Map;
import java.util.Set;

/** A function that models may call and the runtime runs. */
@Stable
public interface Tool extends Extension {
    /** Returns name, description and schema. */
    ToolDefinition definition();

    /** (optional) Returns the permissions that a call needs, such as {@code network}; none by default. */
    default Set<String> permissions() {
        return Set.of();
    }

    /**
     * Runs the function.
     *
     * @param arguments as plain JSON values; from a model, so checked here
     * @return the text for the model; a problem that the model can mend is text as well
     * @throws dev.runtime.api.RuntimeFailure if the call failed for reasons the model cannot mend
     */
    String call(Map<String, Object> arguments, Cancellation cancellation);
}
