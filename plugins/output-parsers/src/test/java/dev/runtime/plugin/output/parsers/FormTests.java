package dev.runtime.plugin.output.parsers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.CallForm;
import dev.runtime.api.text.OutputParser;
import dev.runtime.api.text.ReplyForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written by the form that a family declares, its parser reads back: the promise behind demanded calls. */
final class FormTests {
    static final Map<String, String> ARGUMENTS = new LinkedHashMap<>();
    static final List<ToolDefinition> TOOLS = List.of(tool("look_up"), tool("other-tool"));

    static {
        ARGUMENTS.put("n", "-5");
        ARGUMENTS.put("flag", "true");
        ARGUMENTS.put("list", "[1, \"x\", {\"k\": null}]");
        ARGUMENTS.put("none", "null");
        ARGUMENTS.put("s", "\"a \\\"b\\\", <c> & {d} [e]: (f)\"");
    }

    private static ToolDefinition tool(String name) {
        return new ToolDefinition(name, "", Map.of("type", "object", "properties", Map.of("n", Map.of("type", "integer"), "flag", Map.of("type", "boolean"),
                "list", Map.of("type", "array"), "none", Map.of("type", "null"), "s", Map.of("type", "string"))), Map.of());
    }

    static Stream<OutputParser> families() {
        return Stream.of(new HermesParser(), new CoderParser(), new LlamaParser(), new MistralParser(), new DeepSeekParser(), new HarmonyParser(),
                new Gemma4Parser(), new FunctionGemmaParser(), new GlmParser(), new GraniteParser(), new CohereParser(), new KimiParser(),
                new MiniMaxParser(), new Lfm2Parser(), new Olmo3Parser(), new CommandRParser(), new FunctionaryParser(), new FunctoolsParser());
    }

    @ParameterizedTest
    @MethodSource("families")
    void aWrittenCallIsReadBack(OutputParser parser) {
        OutputParser.Request request = new OutputParser.Request(TOOLS, true, "");
        ReplyForm form = parser.open(request).form();
        CallForm calls = form.calls().orElseThrow();
        Map<String, Object> expected = new LinkedHashMap<>();
        ARGUMENTS.forEach((key, json) -> expected.put(key, Json.strict(json).orElseThrow().value().orElse(null)));
        List<String> names = calls.separator().isPresent() ? List.of("look_up", "other-tool") : List.of("look_up");
        String written = calls.begin() + String.join(calls.separator().orElse(""), names.stream().map(name -> call(calls, name, ARGUMENTS)).toList()) + calls.end();
        Recorder.Result result = Recorder.parse(parser, request, written);
        assertEquals(names, result.calls().stream().map(ToolCall::name).toList(), written);
        result.calls().forEach(call -> assertEquals(expected, call.arguments(), written));
        assertEquals("", result.content());
        assertEquals(List.of(), result.notes());
    }

    @ParameterizedTest
    @MethodSource("families")
    void aWrittenThoughtAndAnswerAreReadBack(OutputParser parser) {
        OutputParser.Request request = new OutputParser.Request(List.of(), true, "");
        ReplyForm form = parser.open(request).form();
        assertEquals("{\"a\": 1}", Recorder.parse(parser, request, form.answer() + "{\"a\": 1}").content());
        if (form.thought().isPresent()) {
            ReplyForm.Thought thought = form.thought().get();
            Recorder.Result result = Recorder.parse(parser, request, thought.open() + "hm" + thought.close() + form.answer() + "{\"a\": 1}");
            assertEquals("hm", result.thinking());
            assertEquals("{\"a\": 1}", result.content());
            OutputParser.Request begun = new OutputParser.Request(List.of(), true, "<|start|>assistant" + thought.open());
            ReplyForm.Thought same = parser.open(begun).form().thought().orElseThrow();
            assertTrue(same.begun());
            assertEquals("hm", Recorder.parse(parser, begun, "hm" + same.close() + form.answer() + "x").thinking());
        }
    }

    static String call(CallForm form, String name, Map<String, String> arguments) {
        return form.open() + name + form.afterName() + arguments(form.arguments(), arguments) + form.close();
    }

    private static String arguments(CallForm.Arguments form, Map<String, String> arguments) {
        List<String> written = new ArrayList<>();
        return switch (form) {
            case CallForm.Arguments.Json _ -> {
                arguments.forEach((key, json) -> written.add("\"" + key + "\": " + json));
                yield "{" + String.join(", ", written) + "}";
            }
            case CallForm.Arguments.Members members -> {
                arguments.forEach((key, json) -> {
                    String value = members.text() && json.startsWith("\"") ? (String) Json.strict(json).orElseThrow().value().orElseThrow() : json;
                    written.add(members.open() + key + members.afterKey() + value + members.close());
                });
                yield String.join(members.separator(), written);
            }
        };
    }
}
