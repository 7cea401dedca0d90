package dev.runtime.plugin.output.parsers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.OutputParser;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Replies in each family's format; every one is parsed whole, character by character and in random splits. */
final class FamilyTests {
    private static final Map<String, Object> SCHEMA =
            Map.of(
                    "type",
                    "object",
                    "properties",
                    Map.of(
                            "n", Map.of("type", "integer"),
                            "flag", Map.of("type", "boolean"),
                            "list", Map.of("type", "array"),
                            "any", Map.of("anyOf", List.of(Map.of("type", "number"), Map.of("type", "null"))),
                            "s", Map.of("type", "string")));
    private static final List<ToolDefinition> TOOLS =
            List.of(new ToolDefinition("f", "", required(), Map.of()), new ToolDefinition("my.g", "", SCHEMA, Map.of()));

    private static Map<String, Object> required() {
        return Map.of("type", "object", "properties", SCHEMA.get("properties"), "required", List.of("n"));
    }

    private static Recorder.Result parse(OutputParser parser, String reply, String promptEnd) {
        return Recorder.parse(parser, new OutputParser.Request(TOOLS, true, promptEnd), reply);
    }

    private static Arguments row(OutputParser parser, String reply, String... entries) {
        return Arguments.of(parser, reply, List.of(entries));
    }

    static Stream<Arguments> replies() {
        String deepSeek = "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>";
        return Stream.of(
                // tags
                row(
                        new CoderParser(),
                        "Look:\n<tool_call>\n<function=f>\n<parameter=n>\n5\n</parameter>\n<parameter=s>\n<b>a & b</b>\n\n</tool_call>\n</parameter>\n"
                                + "</function>\n</tool_call>\n<tool_call>\n<function=my.g>\n</function>\n</tool_call>\n",
                        "content:Look:",
                        "call:f{n=5, s=<b>a & b</b>\n\n</tool_call>}",
                        "call:my.g{}"),
                row(
                        new CoderParser(),
                        "<tool_call><function=f><parameter=flag>TRUE</parameter><parameter=any>null</parameter><parameter=list>[1, 2]</parameter></function></tool_call>",
                        "call:f{flag=true, any=null, list=[1, 2]}"),
                row(new CoderParser(), "<tool_call>\nno call\n</tool_call> x", "content:<tool_call>\nno call\n</tool_call> x"),
                row(
                        new GlmParser(),
                        "<think>hm</think>ok\n<tool_call>f\n<arg_key>n</arg_key>\n<arg_value>7</arg_value>\n<arg_key>s</arg_key>\n"
                                + "<arg_value>if a < b:\n  </tool_call></arg_value>\n</tool_call><tool_call>my.g</tool_call>",
                        "thinking:hm",
                        "content:ok",
                        "call:f{n=7, s=if a < b:\n  </tool_call>}",
                        "call:my.g{}"),
                row(
                        new MiniMaxParser(),
                        "<think>\nhm\n</think>\n\n<minimax:tool_call>\n<invoke name=\"f\">\n<parameter name=\"n\">7</parameter>\n</invoke>\n"
                                + "<invoke name=\"my.g\">\n</invoke>\n</minimax:tool_call>",
                        "thinking:hm",
                        "call:f{n=7}",
                        "call:my.g{}"),
                // markers around JSON
                row(
                        new DeepSeekParser(),
                        "Sure." + deepSeek + "f<｜tool▁sep｜>{\"n\": 1}<｜tool▁call▁end｜><｜tool▁call▁begin｜>my.g<｜tool▁sep｜>{}<｜tool▁call▁end｜><｜tool▁calls▁end｜>",
                        "content:Sure.",
                        "call:f{n=1}",
                        "call:my.g{}"),
                row(
                        new DeepSeekParser(),
                        "<think>\na\n</think>\n\n" + deepSeek + "function<｜tool▁sep｜>f\n```json\n{\"s\": \"`\"}\n```<｜tool▁call▁end｜>\n<｜tool▁calls▁end｜>",
                        "thinking:a",
                        "call:f{s=`}"),
                row(
                        new KimiParser(),
                        "Hi <|tool_calls_section_begin|><|tool_call_begin|>functions.f:3<|tool_call_argument_begin|>{\"n\": 1}<|tool_call_end|><|tool_calls_section_end|>",
                        "content:Hi",
                        "call:f{n=1}"),
                row(
                        new CohereParser(),
                        "<|START_THINKING|>plan<|END_THINKING|><|START_ACTION|>[\n    {\"tool_call_id\": \"0\", \"tool_name\": \"f\", \"parameters\": {\"n\": 1}}\n]<|END_ACTION|>",
                        "thinking:plan",
                        "call:f{n=1}"),
                row(new CohereParser(), "<|START_RESPONSE|>Hello.<|END_RESPONSE|>", "content:Hello."),
                row(
                        new GraniteParser(),
                        "<|tool_call|>[{\"name\": \"f\", \"arguments\": {\"n\": 1}}, {\"name\": \"my.g\", \"arguments\": {}}]",
                        "call:f{n=1}",
                        "call:my.g{}"),
                row(new GraniteParser(), "<think>a</think><response>b</response>", "thinking:a", "content:b"),
                row(
                        new MistralParser(),
                        "[THINK]a[/THINK]Text[TOOL_CALLS]f[ARGS]{\"s\": \"]}\"}[TOOL_CALLS]my.g[CALL_ID]abcdefghi[ARGS]{}",
                        "thinking:a",
                        "content:Text",
                        "call:f{s=]}}",
                        "call:my.g{}"),
                row(
                        new MistralParser(),
                        "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"n\": 1}, \"id\": \"abcdefghi\"}]",
                        "call:f{n=1}"),
                row(new MistralParser(), "a [list] of [T", "content:a [list] of [T"),
                // code
                row(
                        new Lfm2Parser(),
                        "<|tool_call_start|>[f(n=1, s='it\\'s (ok), \"x\"', list=[1, {\"a\": None}], flag=True), my.g()]<|tool_call_end|>Done",
                        "call:f{n=1, s=it's (ok), \"x\", list=[1, {a=null}], flag=true}",
                        "call:my.g{}",
                        "content:Done"),
                row(
                        new Olmo3Parser(),
                        "<function_calls>f(s=\"a\", n=2)\nmy.g()</function_calls>",
                        "call:f{s=a, n=2}",
                        "call:my.g{}"),
                row(
                        new Gemma4Parser(),
                        "<|channel>thought\nhm\n<channel|>Text<|tool_call>call:f{s:<|\"|>a, {b}<|\"|>,n:1,list:[1,<|\"|>x<|\"|>],flag:true}<tool_call|><|tool_response>",
                        "thinking:hm",
                        "content:Text",
                        "call:f{s=a, {b}, n=1, list=[1, x], flag=true}"),
                row(
                        new FunctionGemmaParser(),
                        "<start_function_call>call:f{s:<escape>a<escape>,n:1}<end_function_call><start_function_response>",
                        "call:f{s=a, n=1}"),
                // bare
                row(new LlamaParser(), "{\"name\": \"f\", \"parameters\": {\"n\": \"1\"}}", "call:f{n=1}"),
                row(
                        new LlamaParser(),
                        "\n{\"name\": \"f\", \"parameters\": {}}; {\"name\": \"my.g\", \"parameters\": {}}",
                        "call:f{}",
                        "call:my.g{}"),
                row(new LlamaParser(), "<|python_tag|>{\"name\": \"f\", \"parameters\": {}}<|eom_id|>", "call:f{}"),
                row(new LlamaParser(), "[f(n=1), my.g()]", "call:f{n=1}", "call:my.g{}"),
                row(new LlamaParser(), "{\"name\": \"Anna\", \"age\": 4}", "content:{\"name\": \"Anna\", \"age\": 4}"),
                row(new LlamaParser(), "{\"a\": [1, 2], ...", "content:{\"a\": [1, 2], ..."),
                row(new LlamaParser(), "[1, 2] and {\"name\": \"f\"}", "content:[1, 2] and {\"name\": \"f\"}"),
                // harmony
                row(
                        new HarmonyParser(),
                        "<|channel|>analysis<|message|>hm\n<|end|><|start|>assistant<|channel|>final<|message|> Hello <b>",
                        "thinking:hm\n",
                        "content: Hello <b>"),
                row(
                        new HarmonyParser(),
                        "<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>commentary<|message|>I look.<|end|>"
                                + "<|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"n\": 1}<|call|>",
                        "thinking:a",
                        "content:I look.",
                        "call:f{n=1}"),
                row(
                        new HarmonyParser(),
                        " to=functions.my_g<|channel|>commentary<|constrain|>json<|message|>",
                        "call:my.g{}"),
                row(new HarmonyParser(), "<|channel|>commentary to=functions.f<|message|>{\"n\": ", "content:{\"n\": "),
                row(new HarmonyParser(), "plain text", "content:plain text"),
                // others
                row(new GenericParser(), "<seed:think>a</seed:think>b", "thinking:a", "content:b"),
                row(new GenericParser(), "<tool_call>{\"name\": \"f\"}</tool_call>", "content:<tool_call>{\"name\": \"f\"}</tool_call>"));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void replyIsTakenApart(OutputParser parser, String reply, List<String> entries) {
        Recorder.Result result = parse(parser, reply, "assistant\n");
        assertEquals(entries, result.entries(), result.notes().toString());
    }

    /** The end may come anywhere: nothing throws, no half call is completed. */
    @ParameterizedTest
    @MethodSource("replies")
    void truncatedRepliesAreSafe(OutputParser parser, String reply, List<String> entries) {
        for (int length = 0; length < reply.length(); length++) {
            OutputParser.Request request = new OutputParser.Request(TOOLS, true, "assistant\n");
            Recorder.Result result = Recorder.pieces(parser, request, List.of(reply.substring(0, length)));
            List<String> calls = entries.stream().filter(entry -> entry.startsWith("call:")).toList();
            List<String> seen = result.entries().stream().filter(entry -> entry.startsWith("call:")).toList();
            assertTrue(calls.containsAll(seen), reply.substring(0, length) + " gave " + seen);
        }
    }

    @Test
    void idsOfTheModelAreKept() {
        String kimi = "<|tool_calls_section_begin|><|tool_call_begin|>functions.f:3<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>";
        assertEquals("functions.f:3", parse(new KimiParser(), kimi, "").calls().getFirst().id());
        assertEquals("abcdefghi", parse(new MistralParser(), "[TOOL_CALLS]f[CALL_ID]abcdefghi[ARGS]{}", "").calls().getFirst().id());
    }

    @Test
    void promptMayHaveBegunTheMessage() {
        String prompt = "<|start|>assistant<|channel|>final<|message|>";
        assertEquals(List.of("content:Hello"), parse(new HarmonyParser(), "Hello", prompt).entries());
        assertEquals(List.of("thinking:a", "content:b"), parse(new CohereParser(), "a<|END_THINKING|><|START_RESPONSE|>b", "<|START_THINKING|>").entries());
    }

    @Test
    void valuesFollowTheSchema() {
        Map<?, ?> several = Map.of("type", List.of("integer", "string"));
        assertEquals(5L, Coercion.value("5", several));
        assertEquals("5x", Coercion.value("5x", several));
        assertEquals("5", Coercion.value("5", Map.of()));
        assertEquals(" 5", Coercion.value(" 5", Map.of("type", "string")));
        assertEquals(5L, Coercion.value("5.0", Map.of("type", "number")));
        assertEquals(5.5, Coercion.value("5.5", Map.of("type", "number")));
        assertEquals(false, Coercion.value("yes", Map.of("type", "boolean")));
        assertEquals(null, Coercion.value("NULL", Map.of("type", "string")));
        assertEquals(Map.of("a", 1L), Coercion.value("{\"a\": 1}", Map.of("type", "object")));
        assertEquals("{", Coercion.value("{", Map.of("type", "object")));
    }
}
