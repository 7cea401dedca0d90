package dev.runtime.plugin.templates.jinja;

import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.ChatPrompt;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The variables that chat templates expect, by the conventions of the transformers library. */
final class PromptVariables {
    private PromptVariables() {}

    /**
     * How templates differ in what they expect.
     *
     * @param images whether the template shows images, which then are items of a message's content
     * @param textArguments whether a call's arguments are JSON text instead of an object
     * @param thoughtsWithCalls whether a message with content and calls also has its thoughts
     */
    record Style(boolean images, boolean textArguments, boolean thoughtsWithCalls) {}

    /** Returns the variables of a prompt. */
    static Map<String, Object> of(ChatPrompt prompt, Style style) {
        Map<String, Object> variables = new LinkedHashMap<>();
        List<Object> messages = new ArrayList<>();
        for (Message message : prompt.messages()) {
            messages.add(message(message, style));
        }
        variables.put("messages", messages);
        if (!prompt.tools().isEmpty()) {
            List<Object> tools = new ArrayList<>();
            for (ToolDefinition tool : prompt.tools()) {
                tools.add(tool(tool));
            }
            variables.put("tools", tools);
        }
        variables.put("add_generation_prompt", prompt.addGenerationPrompt());
        variables.put("bos_token", prompt.beginToken());
        variables.put("eos_token", prompt.endToken());
        if (!prompt.suffix().isEmpty()) {
            variables.put("suffix", prompt.suffix());
        }
        thinking(prompt.thinking(), variables);
        prompt.variables().forEach((name, value) -> variables.put(name, PlainValues.of(value)));
        return variables;
    }

    private static void thinking(Thinking thinking, Map<String, Object> variables) {
        if (thinking == Thinking.DEFAULT) {
            return;
        }
        variables.put("enable_thinking", thinking.requested());
        variables.put("thinking", thinking.requested());
        switch (thinking) {
            case LOW -> variables.put("reasoning_effort", "low");
            case MEDIUM -> variables.put("reasoning_effort", "medium");
            // no published template knows a higher effort
            case HIGH, MAX -> variables.put("reasoning_effort", "high");
            case DEFAULT, OFF, ON -> {}
        }
    }

    private static Map<String, Object> message(Message message, Style style) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("role", message.role());
        map.put("content", style.images() && !message.images().isEmpty() ? parts(message) : message.content());
        boolean crowded = !message.content().isEmpty() && !message.toolCalls().isEmpty();
        if (!message.thinking().isEmpty() && (style.thoughtsWithCalls() || !crowded)) {
            map.put("reasoning_content", message.thinking());
            map.put("thinking", message.thinking());
        }
        if (!message.toolCalls().isEmpty()) {
            List<Object> calls = new ArrayList<>();
            for (ToolCall call : message.toolCalls()) {
                calls.add(call(call, style));
            }
            map.put("tool_calls", calls);
        }
        if (!message.toolCallId().isEmpty()) {
            map.put("tool_call_id", message.toolCallId());
        }
        if (!message.toolName().isEmpty()) {
            map.put("name", message.toolName());
            map.put("tool_name", message.toolName());
        }
        return map;
    }

    private static List<Object> parts(Message message) {
        List<Object> parts = new ArrayList<>();
        for (int i = 0; i < message.images().size(); i++) {
            parts.add(Map.of("type", "image"));
        }
        if (!message.content().isEmpty()) {
            parts.add(Map.of("type", "text", "text", message.content()));
        }
        return parts;
    }

    private static Map<String, Object> call(ToolCall call, Style style) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", call.name());
        Object arguments = PlainValues.of(call.arguments());
        function.put("arguments", style.textArguments() ? JsonText.PLAIN.write(arguments, new Budget()) : arguments);
        Map<String, Object> map = new LinkedHashMap<>();
        if (!call.id().isEmpty()) {
            map.put("id", call.id());
        }
        map.put("type", "function");
        map.put("function", function);
        return map;
    }

    private static Object tool(ToolDefinition tool) {
        if (!tool.declaration().isEmpty()) {
            return PlainValues.of(tool.declaration());
        }
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", tool.name());
        function.put("description", tool.description());
        function.put("parameters", PlainValues.of(tool.parameters()));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("type", "function");
        map.put("function", function);
        return map;
    }
}
