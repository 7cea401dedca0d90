package dev.runtime.api.text;

import dev.runtime.api.Stable;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolDefinition;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a template renders.
 *
 * @param messages the conversation
 * @param tools tools that the model may call
 * @param thinking whether and how hard the model is to think
 * @param addGenerationPrompt whether the text ends where the assistant's turn begins
 * @param beginToken spelling of the begin token, empty if none
 * @param endToken spelling of the end token, empty if none
 * @param suffix text after the gap for fill-in-the-middle, empty if none
 * @param now the time for templates that print a date
 * @param variables more variables by name, as plain JSON values
 */
@Stable
public record ChatPrompt(
        List<Message> messages,
        List<ToolDefinition> tools,
        Thinking thinking,
        boolean addGenerationPrompt,
        String beginToken,
        String endToken,
        String suffix,
        Instant now,
        Map<String, Object> variables) {
    /** Copies the lists. */
    public ChatPrompt {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }
}
