package dev.runtime.plugin.output.parsers;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.OutputParser;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Replies in the rarer formats that a family writes beside its usual one. */
final class ExampleTests {
    private static final String CALL = "{\"name\": \"f\", \"arguments\": {\"n\": 1}}";

    private static Arguments row(OutputParser parser, String reply, String... entries) {
        return Arguments.of(parser, reply, List.of(entries));
    }

    static Stream<Arguments> replies() {
        return Stream.of(
                row(new GraniteParser(), "<|tool_call|>[" + CALL + "]<|/tool_call|>", "call:f{n=1}"),
                row(new GraniteParser(), "<function_call>" + CALL, "call:f{n=1}"),
                row(new GraniteParser(), "Here is my thought process: a\n\nHere is my response: b", "thinking:a", "content:b"),
                row(new GraniteParser(), "Here is my answer.", "content:Here is my answer."),
                row(new FunctoolsParser(), " functools[" + CALL + ", {\"name\": \"g\", \"arguments\": {}}]", "call:f{n=1}", "call:g{}"),
                row(new FunctoolsParser(), "import functools\nx[1]", "content:import functools\nx[1]"),
                row(new FunctoolsParser(), "<toolcall> " + CALL + " </toolcall>", "call:f{n=1}"),
                row(new FunctionaryParser(), "Sure.<function=f>{\"n\": 1}</function><function=g>{\"s\": \"</function>\"}</function>",
                        "content:Sure.", "call:f{n=1}", "call:g{s=</function>}"),
                row(new FunctionaryParser(), "<function=f>{\"n\": ", "content:<function=f>{\"n\": "),
                row(new CommandRParser(), "Action: ```json\n[\n    {\"tool_name\": \"f\", \"parameters\": {\"n\": 1}}\n]\n```", "call:f{n=1}"),
                row(new CommandRParser(), "Action: ```json\n[{\"tool_name\": \"directly-answer\", \"parameters\": {}}]\n```\nHello", "content:Hello"),
                row(new CommandRParser(), "Action: none", "content:Action: none"),
                row(new HermesParser(), "<tool_call>" + CALL + "</tool_call>", "call:f{n=1}"),
                row(new LlamaParser(), "<|python_tag|>f.call(s=\"x\", n=1)<|eom_id|>", "call:f{s=x, n=1}"),
                row(new LlamaParser(), "<|python_start|>[f(n=1, s=\"a\")]<|python_end|>", "call:f{n=1, s=a}"),
                row(new LlamaParser(), "{\"name\": \"f\", \"parameters\": {\"n\": 1}}\n{\"name\": \"g\", \"parameters\": {}}", "call:f{n=1}", "call:g{}"),
                row(new GenericParser(), "<thought>a</thought>b", "thinking:a", "content:b"),
                row(new GenericParser(), "<|inner_prefix|>a<|inner_suffix|>b", "thinking:a", "content:b"),
                row(new DeepSeekParser(), "a</think>b", "content:a</think>b"),
                row(new GlmParser(), "<tool_call>f<arg_key>n</arg_key><arg_value>1</arg_value></tool_call><tool_call>g</tool_call>",
                        "call:f{n=1}", "call:g{}"),
                row(new CohereParser(), "<|START_THINKING|>a<|END_THINKING|><|START_TEXT|>b<|END_TEXT|>", "thinking:a", "content:b"),
                row(new Olmo3Parser(), "<function_calls>f(s='a', flag=true, any=nil)</function_calls>", "call:f{s=a, flag=true, any=null}"),
                row(new MistralParser(), "[TOOL_CALLS][" + CALL + "]", "call:f{n=1}"));
    }

    @ParameterizedTest
    @MethodSource("replies")
    void replyIsTakenApart(OutputParser parser, String reply, List<String> entries) {
        Recorder.Result result = Recorder.parse(parser, new OutputParser.Request(tools(), true, "assistant\n"), reply);
        assertEquals(entries, result.entries(), result.notes().toString());
    }

    private static List<ToolDefinition> tools() {
        Map<String, Object> schema = Map.of("type", "object", "properties", Map.of("n", Map.of("type", "integer")));
        return Stream.of("f", "g").map(name -> new ToolDefinition(name, "", schema, Map.of())).toList();
    }
}
