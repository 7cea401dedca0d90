package dev.runtime.plugin.templates.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.model.Capability;
import dev.runtime.api.text.ChatPrompt;
import dev.runtime.api.text.ChatTemplate;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The demo model's conversations, given as the api's records, with the prompts that the model was trained on. */
final class DemoPromptTests {
    @Test
    void promptsAreIdentical() throws Exception {
        JsonNode data = GoldenFolder.json(Path.of(getClass().getResource("/demo/prompts.json").toURI()));
        ChatTemplate template = new JinjaEngine().compile(data.get("template").asString());
        assertEquals(Set.of(Capability.TOOLS, Capability.THINKING), template.capabilities());
        int count = 0;
        for (JsonNode row : data.get("rows")) {
            Thinking thinking = row.get("think").asBoolean() ? Thinking.ON : Thinking.OFF;
            ChatPrompt prompt =
                    new ChatPrompt(
                            row.get("messages").valueStream().map(DemoPromptTests::message).toList(),
                            row.get("tools").valueStream().map(DemoPromptTests::tool).toList(),
                            thinking,
                            true,
                            "",
                            "<|im_end|>",
                            "",
                            Instant.EPOCH,
                            Map.of());
            assertEquals(row.get("prompt").asString(), template.render(prompt), "row " + count);
            count++;
        }
        assertEquals(150, count);
    }

    private static Message message(JsonNode node) {
        List<ToolCall> calls = new ArrayList<>();
        for (JsonNode call : node.path("tool_calls")) {
            JsonNode function = call.get("function");
            calls.add(new ToolCall("", calls.size(), function.get("name").asString(), Json.object(function.get("arguments"))));
        }
        return new Message(
                node.get("role").asString(), node.get("content").asString(), "", List.of(), calls, node.path("name").asString(""), "");
    }

    private static ToolDefinition tool(JsonNode node) {
        JsonNode function = node.get("function");
        return new ToolDefinition(
                function.get("name").asString(),
                function.get("description").asString(),
                Json.object(function.get("parameters")),
                Map.of());
    }
}
