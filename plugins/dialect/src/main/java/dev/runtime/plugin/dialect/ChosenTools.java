package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.ToolChoice;
import dev.runtime.api.inference.ToolDefinition;
import java.util.List;

/**
 * The tools that a model is shown, and whether it must call one of them.
 *
 * @param tools the tools
 * @param choice whether it must
 */
public record ChosenTools(List<ToolDefinition> tools, ToolChoice choice) {
    /**
     * Copies.
     *
     * @throws RuntimeFailure with {@code request.invalid} if a call is demanded without tools
     */
    public ChosenTools {
        tools = List.copyOf(tools);
        if (tools.isEmpty() && choice.required()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "tool_choice asks for a call, but there are no tools");
        }
    }
}
