package dev.runtime.plugin.templates.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.ChatPrompt;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PromptVariablesTests {
    private static final Message HELLO = Message.of(Role.USER, "Hello");

    private static ChatPrompt prompt(List<Message> messages, List<ToolDefinition> tools, Thinking thinking, Map<String, Object> variables) {
        return new ChatPrompt(messages, tools, thinking, true, "<s>", "</s>", "", Instant.EPOCH, variables);
    }

    private static String render(String source, ChatPrompt prompt) {
        return new JinjaEngine().compile(source).render(prompt);
    }

    private static String render(String source, Message... messages) {
        return render(source, prompt(List.of(messages), List.of(), Thinking.DEFAULT, Map.of()));
    }

    private static Message calling(String content, String thinking) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("b", 1L);
        arguments.put("a", List.of("x"));
        return new Message(
                Role.ASSISTANT, content, thinking, List.of(), List.of(new ToolCall("c1", 0, "f", arguments)), "", "");
    }

    @Test
    void messagesHaveWhatIsNotEmpty() {
        assertEquals("[{\"role\": \"user\", \"content\": \"Hello\"}]", render("{{ messages | tojson }}", HELLO));
        Message result = new Message(Role.TOOL, "7", "", List.of(), List.of(), "f", "c1");
        assertEquals(
                "{\"role\": \"tool\", \"content\": \"7\", \"tool_call_id\": \"c1\", \"name\": \"f\", \"tool_name\": \"f\"}",
                render("{{ messages[0] | tojson }}", result));
        assertEquals(
                "{\"role\": \"assistant\", \"content\": \"\", \"reasoning_content\": \"hm\", \"thinking\": \"hm\", \"tool_calls\": "
                        + "[{\"id\": \"c1\", \"type\": \"function\", \"function\": {\"name\": \"f\", \"arguments\": {\"b\": 1, \"a\": [\"x\"]}}}]}",
                render("{{ messages[0] | tojson }}", calling("", "hm")));
    }

    @Test
    void toolsAreUndefinedWithoutToolsAndADeclarationIsShownAsItIs() {
        assertEquals("undefined", render("{{ 'tools' if tools is defined else 'undefined' }}", HELLO));
        Map<String, Object> schema = new LinkedHashMap<>();
        schema.put("type", "object");
        schema.put("properties", Map.of("n", Map.of("type", "integer", "maximum", new BigDecimal("1.50"))));
        ToolDefinition made = new ToolDefinition("f", "Does f", schema, Map.of());
        assertEquals(
                "[{\"type\": \"function\", \"function\": {\"name\": \"f\", \"description\": \"Does f\", \"parameters\": {\"type\": \"object\", "
                        + "\"properties\": {\"n\": X}}}}]",
                render("{{ tools | tojson }}", prompt(List.of(HELLO), List.of(made), Thinking.DEFAULT, Map.of()))
                        .replaceAll("\\{[^{}]*\\}", "X"));
        Map<String, Object> declaration = new LinkedHashMap<>();
        declaration.put("x-strict", true);
        declaration.put("function", Map.of("name", "f"));
        ToolDefinition given = new ToolDefinition("f", "", Map.of(), declaration);
        assertEquals(
                "{\"x-strict\": true, \"function\": {\"name\": \"f\"}}",
                render("{{ tools[0] | tojson }}", prompt(List.of(HELLO), List.of(given), Thinking.DEFAULT, Map.of())));
    }

    @ParameterizedTest
    @CsvSource({
        "DEFAULT, '||'", "OFF, 'False|False|'", "ON, 'True|True|'", "LOW, 'True|True|low'", "MEDIUM, 'True|True|medium'",
        "HIGH, 'True|True|high'", "MAX, 'True|True|high'"
    })
    void thinking(Thinking thinking, String expected) {
        String source = "{{ enable_thinking }}|{{ thinking }}|{{ reasoning_effort }}";
        assertEquals(expected, render(source, prompt(List.of(HELLO), List.of(), thinking, Map.of())));
    }

    @Test
    void callersVariablesComeLast() {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("bos_token", "<b>");
        variables.put("none", null);
        variables.put("numbers", List.of(1, new BigDecimal("0.5"), new BigInteger("99999999999999999999")));
        assertEquals(
                "<b></s>True[1, 0.5, 99999999999999999999]",
                render(
                        "{{ bos_token }}{{ eos_token }}{{ add_generation_prompt }}{{ numbers }}",
                        prompt(List.of(HELLO), List.of(), Thinking.DEFAULT, variables)));
    }

    @Test
    void otherObjectsDoNotReachATemplate() {
        RuntimeFailure failure =
                assertThrows(
                        RuntimeFailure.class,
                        () -> render("{{ x }}", prompt(List.of(HELLO), List.of(), Thinking.DEFAULT, Map.of("x", new Object()))));
        assertEquals(ErrorCode.REQUEST_INVALID, failure.code());
    }

    @Test
    void imagesAreItemsOfTheContentWhereTheTemplateShowsThem() {
        Message message = new Message(Role.USER, "What?", "", List.of(new byte[1], new byte[1]), List.of(), "", "");
        String source = "{% for c in messages[0].content %}{% if c is string %}{{ c }}{% elif c.type == 'image' %}<i>{% else %}{{ c.text }}{% endif %}{% endfor %}";
        assertEquals("<i><i>What?", render(source, message));
        assertEquals("What?", render("{{ messages[0].content }}", message));
    }

    @Test
    void argumentsBecomeTextWhereTheTemplateWantsText() {
        String source = "{% for c in messages[0].tool_calls %}{{ c.function.name + ' ' + c.function.arguments }}{% endfor %}";
        assertEquals("f {\"b\": 1, \"a\": [\"x\"]}", render(source, calling("", "")));
    }

    @Test
    void thoughtsAreLeftOutWhereTheTemplateRefusesThemBesideCalls() {
        String source =
                "{% set m = messages[0] %}{% if m.content and m.thinking %}{{ raise_exception('not both') }}{% endif %}{{ m.content }}";
        assertEquals("text", render(source, calling("text", "hm")));
    }

    @Test
    void theFirstFailureIsTold() {
        String source = "{% if true %}{{ raise_exception('no calls at all') }}{% endif %}";
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> render(source, calling("", "")));
        assertTrue(failure.getMessage().contains("no calls at all"), failure.getMessage());
    }
}
