package dev.runtime.plugin.output.parsers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.text.CallForm;
import dev.runtime.api.text.OutputParser;
import dev.runtime.api.text.ReplyForm;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

/** The same situations in every family's own format, each parsed whole, character by character and in random splits. */
final class VectorTests {
    /** Its markers are tokens of their own, which end what is under way even in a string: models forget the one that ends a message. */
    private static final String HARMONY = "harmony";
    /** A call is the whole reply, or a message of its own. */
    private static final Set<String> NO_TEXT_BEFORE = Set.of("llama3", HARMONY);
    private static final Map<String, String> ONE = Map.of("n", "1");

    static Stream<OutputParser> families() {
        return FormTests.families();
    }

    static Stream<OutputParser> thinking() {
        return families().filter(parser -> form(parser).thought().isPresent());
    }

    static Stream<OutputParser> callingAfterText() {
        return families().filter(parser -> !NO_TEXT_BEFORE.contains(parser.name()));
    }

    static Stream<OutputParser> quoting() {
        return families().filter(parser -> !parser.name().equals(HARMONY));
    }

    private static OutputParser.Request request(boolean thinking, String promptEnd) {
        return new OutputParser.Request(FormTests.TOOLS, thinking, promptEnd);
    }

    private static Recorder.Result parse(OutputParser parser, String reply) {
        return Recorder.parse(parser, request(true, ""), reply);
    }

    private static ReplyForm form(OutputParser parser) {
        return parser.open(request(true, "")).form();
    }

    private static String calls(OutputParser parser, String... written) {
        CallForm form = form(parser).calls().orElseThrow();
        return form.begin() + String.join(form.separator().orElse(""), written) + form.end();
    }

    private static String call(OutputParser parser, String name, Map<String, String> arguments) {
        return calls(parser, FormTests.call(form(parser).calls().orElseThrow(), name, arguments));
    }

    private static String thought(OutputParser parser) {
        return form(parser).thought().map(thought -> thought.open() + "hm" + thought.close()).orElse("");
    }

    private static List<String> names(Recorder.Result result) {
        return result.calls().stream().map(ToolCall::name).toList();
    }

    @ParameterizedTest
    @MethodSource("families")
    void textAlone(OutputParser parser) {
        for (String text : List.of("Hello, world.", "a <thinking> b </thinker> [TOOL] <tool_caller> <|x|> < b", "日本 😀 ä\n\nend", "x\n ")) {
            Recorder.Result result = parse(parser, form(parser).answer() + text);
            assertEquals(List.of("content:" + text), result.entries());
        }
        assertEquals(List.of(), parse(parser, "").entries());
    }

    @ParameterizedTest
    @MethodSource("thinking")
    void aThoughtThenTextOrACall(OutputParser parser) {
        Recorder.Result text = parse(parser, thought(parser) + form(parser).answer() + "Hi");
        assertEquals("hm", text.thinking().strip());
        assertEquals("Hi", text.content());
        Recorder.Result call = parse(parser, thought(parser) + call(parser, "look_up", ONE));
        assertEquals("hm", call.thinking().strip());
        assertEquals(List.of("look_up"), names(call));
        assertEquals("", call.content());
    }

    @ParameterizedTest
    @MethodSource("callingAfterText")
    void textThenACall(OutputParser parser) {
        Recorder.Result result = parse(parser, "Let me see.\n" + call(parser, "look_up", ONE));
        assertEquals("Let me see.", result.content().strip());
        assertEquals(Map.of("n", 1L), result.calls().getFirst().arguments());
    }

    @ParameterizedTest
    @MethodSource("families")
    void callsWithoutArguments(OutputParser parser) {
        Recorder.Result result = parse(parser, call(parser, "look_up", Map.of()));
        assertEquals(List.of("call:look_up{}"), result.entries());
    }

    /** Tags of the format itself, quotes, brackets and other languages in a value. */
    @ParameterizedTest
    @MethodSource("quoting")
    void valuesMayHoldTheFormatItself(OutputParser parser) {
        ReplyForm form = form(parser);
        boolean quoted = form.calls().orElseThrow().arguments() instanceof CallForm.Arguments.Json;
        String markers = quoted ? form.calls().get().begin() + form.calls().get().open() + form.calls().get().close() + form.calls().get().end() : "";
        String value = "a \"q\" 'r' {[( <b> & 日本 😀 \\ | " + markers.replaceAll("[\\n\"]", "");
        Recorder.Result result = parse(parser, call(parser, "look_up", Map.of("s", JsonMapper.shared().writeValueAsString(value))));
        assertEquals(value, result.calls().getFirst().arguments().get("s"));
        assertEquals("", result.content());
    }

    @ParameterizedTest
    @MethodSource("families")
    void toolsThatWereNotOfferedAreNotSilent(OutputParser parser) {
        Recorder.Result result = parse(parser, call(parser, "another", ONE));
        boolean shown = result.content().contains("another");
        assertTrue(shown || names(result).equals(List.of("another")) && result.notes().getFirst().contains("'another'"), result.toString());
    }

    @ParameterizedTest
    @MethodSource("families")
    void whatCannotBeReadIsContent(OutputParser parser) {
        CallForm form = form(parser).calls().orElseThrow();
        String broken = form.begin() + form.open() + "\" {{ nothing of the kind" + form.close() + form.end();
        Recorder.Result result = parse(parser, broken);
        assertEquals(List.of(), names(result));
        assertTrue(result.content().contains("nothing of the kind") || parser.name().equals(HARMONY) && result.notes().size() == 1, result.toString());
    }

    /** The reply may end anywhere: nothing throws, and no call is made up. */
    @ParameterizedTest
    @MethodSource("families")
    void truncation(OutputParser parser) {
        String reply = thought(parser) + call(parser, "look_up", FormTests.ARGUMENTS);
        List<ToolCall> whole = Recorder.pieces(parser, request(true, ""), List.of(reply)).calls();
        for (int length = 0; length < reply.length(); length++) {
            Recorder.Result result = Recorder.pieces(parser, request(true, ""), List.of(reply.substring(0, length)));
            // an empty message to a tool is a call without arguments
            boolean empty = parser.name().equals(HARMONY) && reply.substring(0, length).endsWith("<|message|>");
            result.calls().forEach(call -> assertEquals(empty ? Map.of() : whole.getFirst().arguments(), call.arguments()));
        }
    }

    @ParameterizedTest
    @MethodSource("thinking")
    void thoughtsThatNobodyAskedForAreLeftOut(OutputParser parser) {
        Recorder.Result result = Recorder.parse(parser, request(false, ""), thought(parser) + form(parser).answer() + "Hi");
        assertEquals("", result.thinking());
        assertEquals("Hi", result.content());
        assertFalse(result.notes().isEmpty(), result::toString);
    }

    @ParameterizedTest
    @MethodSource("families")
    void aPromptMayHaveBegunTheAnswer(OutputParser parser) {
        String prompt = "<|start|>assistant" + form(parser).answer() + "The answer is";
        Recorder.Result result = Recorder.parse(parser, request(true, prompt), " forty-two.");
        assertEquals(" forty-two.", result.content());
    }

    @ParameterizedTest
    @MethodSource("families")
    void callsAreContentIfNoToolsWereOffered(OutputParser parser) {
        Recorder.Result result = Recorder.parse(parser, new OutputParser.Request(List.of(), true, ""), call(parser, "look_up", ONE));
        assertEquals(List.of(), result.calls());
        assertTrue(result.content().contains("look_up") || parser.name().equals(HARMONY) && result.notes().getFirst().contains("look_up"), result.toString());
    }
}
