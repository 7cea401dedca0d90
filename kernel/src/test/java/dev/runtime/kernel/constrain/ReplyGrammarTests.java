package dev.runtime.kernel.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.ToolChoice;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.CallForm;
import dev.runtime.api.text.ReplyForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplyGrammarTests {
    private static final ReplyForm.Thought THINK = new ReplyForm.Thought("<think>", "</think>", false);
    private static final CallForm JSON = new CallForm("", "<call>{\"name\": \"", "\", \"arguments\": ", new CallForm.Arguments.Json(), "}</call>",
            Optional.of("\n"), "");
    private static final CallForm TAGS = new CallForm("<calls>", "<f=", ">", new CallForm.Arguments.Members("<p=", ">", "</p>", "", true), "</f>",
            Optional.of(""), "</calls>");
    private static final CallForm CODE = new CallForm("[", "", "(", new CallForm.Arguments.Members("", "=", "", ", ", false), ")", Optional.empty(), "]");
    private static final List<ToolDefinition> TOOLS = List.of(tool("look", "n"), tool("go"));

    private final List<String> notes = new ArrayList<>();

    private static ToolDefinition tool(String name, String... required) {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("n", Map.of("type", "integer", "maximum", 9L));
        properties.put("s", Map.of("type", "string"));
        properties.put("e", Map.of("enum", List.of("a", "b")));
        return new ToolDefinition(name, "", Map.of("type", "object", "properties", properties, "required", List.of(required)), Map.of());
    }

    @Test
    void aDemandedCallIsWrittenAsTheFamilyDoes() {
        Automaton json = grammar(new OutputFormat.Free(), new ToolChoice(true, true), false, JSON, Optional.empty());
        accepted(json, "<call>{\"name\": \"look\", \"arguments\": {\"n\": 5}}</call>",
                "<call>{\"name\": \"go\", \"arguments\": {}}</call>\n<call>{\"name\": \"look\", \"arguments\": {\"n\": 1, \"s\": \"x\"}}</call>");
        rejected(json, "", "text", "<call>{\"name\": \"look\", \"arguments\": {}}</call>", "<call>{\"name\": \"other\", \"arguments\": {}}</call>",
                "<call>{\"name\": \"look\", \"arguments\": {\"n\": 12}}</call>");
        Automaton tags = grammar(new OutputFormat.Free(), new ToolChoice(true, false), false, TAGS, Optional.empty());
        accepted(tags, "<calls><f=look><p=n>5</p><p=s>any \"text\" </q></p><p=e>b</p></f></calls>", "<calls><f=go></f></calls>");
        rejected(tags, "<calls><f=look></f></calls>", "<calls><f=go><p=e>c</p></f></calls>", "<calls><f=go></f><f=go></f></calls>");
        Automaton code = grammar(new OutputFormat.Free(), new ToolChoice(true, true), false, CODE, Optional.empty());
        accepted(code, "[go()]", "[look(n=3, s=\"x\", e=\"a\")]", "[go(s=\"\")]");
        rejected(code, "[look()]", "[go(, n=3)]", "[go(), go()]");
        assertEquals(List.of(), notes);
    }

    @Test
    void aFamilyWithoutCallsWritesPlainOnes() {
        ReplyDemand demand = demand(new OutputFormat.Free(), new ToolChoice(true, true), false, new ReplyForm(Optional.of(THINK), "", Optional.empty()));
        assertTrue(demand.plainCall());
        accepted(automaton(demand), "{\"name\": \"look\", \"arguments\": {\"n\": 5}}");
    }

    @Test
    void thoughtsComeFirstWhereTheyMay() {
        OutputFormat yes = new OutputFormat.Choice(List.of("yes"));
        Automaton thinking = grammar(yes, ToolChoice.FREE, true, JSON, Optional.of(THINK));
        accepted(thinking, "yes", "<think>no </thin </think>yes", "<think></think>\n\nyes");
        rejected(thinking, "<think>yes", "hm</think>yes", "<think>a</think>no", "<think></think><think></think>yes");
        Automaton begun = grammar(yes, ToolChoice.FREE, false, JSON, Optional.of(new ReplyForm.Thought("<think>", "</think>", true)));
        accepted(begun, "hm</think>yes", "</think>\nyes");
        rejected(begun, "yes", "<think>hm</think>");
        Automaton off = grammar(yes, ToolChoice.FREE, false, JSON, Optional.of(THINK));
        accepted(off, "yes");
        rejected(off, "<think></think>yes");
    }

    @Test
    void anAnswerInAFormMayBeACallWhereToolsAreOffered() {
        Automaton both = grammar(new OutputFormat.Choice(List.of("yes")), ToolChoice.FREE, false, JSON, Optional.empty());
        accepted(both, "yes", "<call>{\"name\": \"go\", \"arguments\": {}}</call>");
        rejected(both, "no");
    }

    @Test
    void oneCallAtATime() {
        String call = "<call>{\"name\": \"go\", \"arguments\": {}}</call>";
        Automaton one = grammar(new OutputFormat.Free(), new ToolChoice(false, false), false, JSON, Optional.empty());
        accepted(one, "", "any text < with <call> in it", "I go." + call, call);
        rejected(one, call + call, call + "\n" + call, call + " more");
        Automaton tags = grammar(new OutputFormat.Free(), new ToolChoice(false, false), false, TAGS, Optional.empty());
        accepted(tags, "text", "text<calls><f=go></f></calls>");
        rejected(tags, "<calls><f=go></f><f=go></f></calls>");
        assertEquals(List.of(), notes);
        ReplyDemand bare = demand(new OutputFormat.Free(), new ToolChoice(false, false), false, new ReplyForm(Optional.empty(), "", Optional.of(CODE)));
        assertTrue(ReplyGrammar.of(bare, notes::add).isEmpty());
        assertEquals(1, notes.size());
    }

    private Automaton grammar(OutputFormat format, ToolChoice choice, boolean thinking, CallForm calls, Optional<ReplyForm.Thought> thought) {
        return automaton(demand(format, choice, thinking, new ReplyForm(thought, "", Optional.of(calls))));
    }

    private static ReplyDemand demand(OutputFormat format, ToolChoice choice, boolean thinking, ReplyForm form) {
        return new ReplyDemand(format, TOOLS, choice, thinking, form, Set.of());
    }

    private Automaton automaton(ReplyDemand demand) {
        return new Automaton(ReplyGrammar.of(demand, notes::add).orElseThrow());
    }

    private static void accepted(Automaton automaton, String... texts) {
        for (String text : texts) {
            assertTrue(AutomatonTests.accepts(automaton, text), text);
        }
    }

    private static void rejected(Automaton automaton, String... texts) {
        for (String text : texts) {
            assertFalse(AutomatonTests.accepts(automaton, text), text);
        }
    }
}
