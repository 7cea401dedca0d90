package dev.runtime.plugin.output.parsers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.text.OutputParser;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HermesParserTests {
    private static final String PROMPT = "<|im_end|>\n<|im_start|>assistant\n";

    private static Recorder.Result parse(String reply) {
        return parse(reply, PROMPT, true);
    }

    private static Recorder.Result parse(String reply, String promptEnd, boolean thinking) {
        OutputParser.Request request = new OutputParser.Request(Recorder.tools("f", "g"), thinking, promptEnd);
        return Recorder.parse(new HermesParser(), request, reply);
    }

    private static String call(String json) {
        return "<tool_call>\n" + json + "\n</tool_call>";
    }

    @Test
    void textAloneIsContent() {
        assertEquals(List.of("content:Hello, world.\n\nBye"), parse("Hello, world.\n\nBye").entries());
    }

    @Test
    void thoughtsComeApart() {
        assertEquals(List.of("thinking:a\nb", "content:c"), parse("<think>\na\nb\n</think>\n\nc").entries());
        assertEquals(List.of("thinking:a", "content:c"), parse("<think>a</think>c").entries());
    }

    @Test
    void emptyThoughtsAreNone() {
        assertEquals(List.of("content:c"), parse("<think>\n\n</think>\n\nc").entries());
    }

    @Test
    void promptMayHaveOpenedTheThought() {
        String open = PROMPT + "<think>\n";
        assertEquals(List.of("thinking:a", "content:c"), parse("a\n</think>\n\nc", open, true).entries());
        assertEquals(List.of("thinking:a", "content:c"), parse("<think>\na\n</think>\n\nc", open, true).entries());
    }

    @Test
    void promptMayHaveClosedTheThought() {
        assertEquals(List.of("content: c"), parse(" c", PROMPT + "<think>\n\n</think>\n\n", true).entries());
    }

    @Test
    void unwantedThoughtsAreLeftOutWithANote() {
        Recorder.Result result = parse("<think>\na\n</think>\n\nc", PROMPT, false);
        assertEquals(List.of("content:c"), result.entries());
        assertEquals(1, result.notes().size());
    }

    @Test
    void callAfterThoughtAndText() {
        Recorder.Result result = parse("<think>\na\n</think>\n\ntext\n" + call("{\"name\": \"f\", \"arguments\": {\"x\": 1}}"));
        assertEquals(List.of("thinking:a", "content:text", "call:f{x=1}"), result.entries());
        assertEquals(List.of(), result.notes());
    }

    @Test
    void callEndsAThought() {
        assertEquals(
                List.of("thinking:a", "call:f{}"), parse("<think>\na\n" + call("{\"name\": \"f\", \"arguments\": {}}")).entries());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "", "\n\n "})
    void severalCalls(String between) {
        Recorder.Result result =
                parse(call("{\"name\": \"f\", \"arguments\": {}}") + between + call("{\"name\": \"g\", \"arguments\": {\"a\": [1, 2]}}"));
        assertEquals(List.of("call:f{}", "call:g{a=[1, 2]}"), result.entries());
        assertEquals(1, result.calls().get(1).index());
    }

    @Test
    void argumentsKeepTypesAndOrder() {
        Recorder.Result result =
                parse(call("{\"name\": \"f\", \"arguments\": {\"z\": 1, \"a\": 12345678901234567890, \"d\": 1.5, \"n\": null, \"o\": {\"t\": true}}}"));
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("z", 1L);
        expected.put("a", new BigInteger("12345678901234567890"));
        expected.put("d", 1.5);
        expected.put("n", null);
        expected.put("o", Map.of("t", true));
        assertEquals(expected, result.calls().getFirst().arguments());
        assertEquals(List.of("z", "a", "d", "n", "o"), new ArrayList<>(result.calls().getFirst().arguments().keySet()));
    }

    @Test
    void valuesMayHoldAnything() {
        String value = "q \\\" { } [ < & é 😀 \\n </tool_call> <tool_call> <think> \\\\";
        Recorder.Result result = parse(call("{\"name\": \"f\", \"arguments\": {\"code\": \"" + value + "\"}}") + "\nafter");
        assertEquals("q \" { } [ < & é 😀 \n </tool_call> <tool_call> <think> \\", result.calls().getFirst().arguments().get("code"));
        assertEquals("after", result.content());
        assertEquals(List.of(), result.notes());
    }

    @Test
    void prettyPrintedAndArgumentsAsText() {
        assertEquals(
                List.of("call:f{a={b=1}}"),
                parse(call("{\n  \"name\": \"f\",\n  \"arguments\": {\n    \"a\": {\n      \"b\": 1\n    }\n  }\n}")).entries());
        assertEquals(List.of("call:f{a=1}"), parse(call("{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}")).entries());
        assertEquals(List.of("call:f{a=1}"), parse(call("{\"name\": \"f\", \"parameters\": {\"a\": 1}}")).entries());
        assertEquals(List.of("call:f{}"), parse(call("{\"name\": \"f\"}")).entries());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\": \"f\", \"arguments\": {\"a\": 1}",
                "{\"name\": \"f\", \"arguments\": {\"a\": 1,}}",
                "{'name': 'f', 'arguments': {'a': 1}}",
                "{\"name\": \"f\", \"arguments\": {\"a\": 1}, \"x\": None}",
            })
    void slipsAreRepairedWithANote(String json) {
        Recorder.Result result = parse(call(json) + "\nrest");
        assertEquals(List.of("call:f{a=1}", "content:rest"), result.entries());
        assertEquals(1, result.notes().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\": \"f\", \"arguments\": {\"a\": 1}}}", "```json\n{\"name\": \"f\", \"arguments\": {\"a\": 1}}\n```"})
    void harmlessExtrasAreIgnored(String json) {
        assertEquals(List.of("call:f{a=1}", "content:rest"), parse(call(json) + "\nrest").entries());
    }

    @ParameterizedTest
    @ValueSource(strings = {"get the weather", "{\"arguments\": {}}", "{\"name\": \"f\", \"arguments\": [1]}", "{\"name\": f}", "", "[]"})
    void unreadableCallsAreContentWithANote(String body) {
        Recorder.Result result = parse("Text:\n" + call(body) + "\nrest");
        assertEquals(List.of("content:Text:\n" + call(body) + "\nrest"), result.entries());
        assertEquals(1, result.notes().size());
    }

    @Test
    void openStringDoesNotSwallowTheRest() {
        String broken = call("{\"name\": \"f\", \"arguments\": {\"a\": \"b}}");
        Recorder.Result result = parse(broken + "\n" + call("{\"name\": \"g\", \"arguments\": {}}"));
        assertEquals(List.of("content:" + broken, "call:g{}"), result.entries());
    }

    @Test
    void missingCloseIsTolerated() {
        assertEquals(
                List.of("call:f{}", "content:And now?"),
                parse("<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\nAnd now?").entries());
        assertEquals(List.of("call:f{}"), parse("<tool_call>\n{\"name\": \"f\", \"arguments\": {}}").entries());
        assertEquals(
                List.of("call:f{}", "call:g{}"),
                parse("<tool_call>{\"name\": \"f\", \"arguments\": {}}<tool_call>{\"name\": \"g\", \"arguments\": {}}</tool_call>").entries());
    }

    @Test
    void unknownToolIsPassedOnWithANote() {
        Recorder.Result result = parse(call("{\"name\": \"other\", \"arguments\": {}}"));
        assertEquals(List.of("call:other{}"), result.entries());
        assertTrue(result.notes().getFirst().contains("'other'"), result.notes().toString());
    }

    @Test
    void truncationNeverMakesUpACall() {
        String reply = "<think>\nhm\n</think>\n\nSo:\n" + call("{\"name\": \"f\", \"arguments\": {\"path\": \"/a/b\", \"n\": [1, 2]}}");
        for (int length = 0; length < reply.length(); length++) {
            Recorder.Result result = parse(reply.substring(0, length));
            boolean whole = length >= reply.indexOf("\n</tool_call>");
            assertEquals(whole ? 1 : 0, result.calls().size(), reply.substring(0, length));
            assertFalse(result.thinking().contains("<tool"), result.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"<thinking>a</thinking>", "a <tool_caller> b", "<tool_cal", "< think>", "a </think> b", "x <think> y", "a < b"})
    void whatOnlyLooksLikeAMarkerIsContent(String reply) {
        assertEquals(List.of("content:" + reply), parse(reply).entries());
    }

    @Test
    void spaceAtTheEndIsKept() {
        assertEquals(List.of("content:a \n"), parse("a \n").entries());
        assertEquals(List.of("call:f{}"), parse(call("{\"name\": \"f\", \"arguments\": {}}") + "\n\n").entries());
    }

    @Test
    void nothingIsHeldBackWithoutNeed() {
        OutputParser.Session session =
                new HermesParser().open(new OutputParser.Request(Recorder.tools("f"), true, PROMPT));
        List<String> passed = new ArrayList<>();
        OutputParser.Sink sink = new OutputParser.Sink() {
            @Override
            public void content(String text) {
                passed.add(text);
            }

            @Override
            public void thinking(String text) {}

            @Override
            public void toolCall(dev.runtime.api.inference.ToolCall call) {}

            @Override
            public void note(String text) {}
        };
        for (String piece : List.of("He", "llo", " wor", "ld <to", "mato", "> and <tool_", "x")) {
            session.accept(piece, sink);
        }
        assertEquals(Arrays.asList("He", "llo", " wor", "ld", " <tomato", "> and", " <tool_x"), passed);
    }

    @Test
    void callsAreContentIfNoToolsWereOffered() {
        String reply = call("{\"name\": \"f\", \"arguments\": {}}");
        Recorder.Result result = Recorder.parse(new HermesParser(), new OutputParser.Request(List.of(), true, PROMPT), reply);
        assertEquals(List.of("content:" + reply), result.entries());
    }

    @Test
    void markersReachTheParser() {
        OutputParser.Session session = new HermesParser().open(new OutputParser.Request(List.of(), true, ""));
        assertTrue(session.markers().containsAll(List.of("<think>", "</think>", "<tool_call>", "</tool_call>")));
    }
}
