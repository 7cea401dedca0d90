package dev.runtime.plugin.templates.go;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.model.Capability;
import dev.runtime.api.text.ChatPrompt;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The language, and how conversations are put into templates. Expected texts are what the language's own implementation gives. */
class GoTemplateTests {
    private final GoEngine engine = new GoEngine();

    private static Message of(String role, String content) {
        return Message.of(role, content);
    }

    private static ChatPrompt prompt(Thinking thinking, String suffix, List<ToolDefinition> tools, Message... messages) {
        return new ChatPrompt(List.of(messages), tools, thinking, true, "", "", suffix, Instant.parse("2026-03-01T12:00:00Z"), Map.of());
    }

    private String render(String source, Message... messages) {
        return engine.compile(source).render(prompt(Thinking.DEFAULT, "", List.of(), messages));
    }

    /** Runs a template with one user message {@code hello}. */
    private String value(String source) {
        return render(source + "{{ $unused := .Messages }}", of("user", "hello"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '§', value = {
        "a {{- \" b \" -}} c§a b c", "{{/* none */}}x{{- /* none */ -}} y§xy", "{{ 1 }}{{ 2.5 }}{{ 'a' }}{{ true }}{{ `raw\\n` }}§12.597trueraw\\n",
        "{{ \"a\\tb\\u00e9\\\"\" | len }}§6", "{{ .Nothing }}§<no value>", "{{ if .Nothing }}a{{ else if 0 }}b{{ else if \"x\" }}c{{ else }}d{{ end }}§c",
        "{{ with .Nothing }}a{{ else }}b{{ end }}{{ with \"x\" }}{{ . }}{{ end }}§bx",
        "{{ and 1 0 2 }}{{ or 0 \"\" \"z\" }}{{ not 1 }}{{ and true \"y\" }}§0zfalsey",
        "{{ eq 1 1 }}{{ eq \"a\" \"b\" \"a\" }}{{ ne 1 2 }}{{ lt 1 2 }}{{ le 2 2 }}{{ gt \"b\" \"a\" }}{{ ge 1 2 }}§truetruetruetruetruetruefalse",
        "{{ eq .Nothing \"x\" }}{{ eq .Nothing nil }}§falsetrue",
        "{{ len \"héllo\" }}{{ index \"abc\" 1 }}{{ slice \"hello\" 1 3 }}§698el",
        "{{ printf \"%s-%d-%v-%q-%5s|%-4d|%03d%%\" \"a\" 7 true \"q\" \"ab\" 5 9 }}§a-7-true-\"q\"-   ab|5   |009%",
        "{{ print 1 2 \"a\" \"b\" 3 }}§1 2ab3", "{{ html \"<a>&\" }}§&lt;a&gt;&amp;", "{{ urlquery \"a b\" }}§a+b",
        "{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}§2", "{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}§1",
        "{{ range $i, $e := .Messages }}{{ $i }}{{ $e.Role }}{{ end }}§0user", "{{ range 3 }}{{ . }}{{ end }}§012",
        "{{ range 5 }}{{ if eq . 1 }}{{ continue }}{{ end }}{{ if eq . 3 }}{{ break }}{{ end }}{{ . }}{{ end }}§02",
        "{{ range .Nothing }}a{{ else }}none{{ end }}§none", "{{ (index .Messages 0).Content }}§hello",
        "{{ define \"t\" }}[{{ . }}]{{ end }}{{ template \"t\" \"x\" }}{{ template \"t\" }}§[x][<no value>]",
        "{{ block \"b\" 1 }}<{{ . }}>{{ end }}§<1>", "{{ \"x\" | printf \"%s%s\" \"y\" }}§yx", "{{ json \"<a&b>\" }}§\"\\u003ca\\u0026b\\u003e\"",
        "{{ currentDate }}|{{ yesterdayDate }}§2026-03-01|2026-02-28", "{{ $.Think }}{{ .IsThinkSet }}{{ .ThinkLevel }}§falsefalse",
        "{{- range $i, $_ := .Messages }}{{ if eq (len (slice $.Messages $i)) 1 }}last{{ end }}{{ end }}§last"})
    void valuesAndBlocks(String source, String expected) {
        assertEquals(expected, value(source));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ .Prompt", "{{ if .Prompt }}", "{{ end }}", "{{ .A }", "{{ range .A }}{{ else }}", "{{ unknown .A }}", "{{ if }}x{{ end }}",
        "{{ \"a }}", "{{ .A | }}", "{{ break }} {{ .A }}", "{{ ( .A }}", "{{ template x }}{{ .A }}", "{{ .A ! }}", "{{/* {{ .A }}", "{{ $x := }}"})
    void whatIsNoTemplate(String source) {
        assertEquals(ErrorCode.TEMPLATE_INVALID, assertThrows(RuntimeFailure.class, () -> engine.compile(source)).code());
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ index .Messages 7 }}", "{{ eq 1 \"a\" }}", "{{ lt 1 \"a\" }}", "{{ (index .Messages 0).Nothing }}", "{{ .A.B }}{{ .Messages }}",
        "{{ len 3 }}{{ .Messages }}", "{{ slice .Messages 3 }}", "{{ template \"none\" }}{{ .Messages }}", "{{ eq .Messages .Messages }}", "{{ call .Messages }}",
        "{{ printf \"%99999d\" 1 }}{{ .Messages }}", "{{ $y = 1 }}{{ .Messages }}"})
    void whatFailsWhileItRuns(String source) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> render(source, of("user", "x")));
        assertEquals(ErrorCode.TEMPLATE_INVALID, failure.code());
        assertTrue(failure.getMessage().contains("line 1") || failure.getMessage().contains("place"), failure::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{ define \"a\" }}{{ template \"a\" }}{{ end }}{{ template \"a\" }}{{ .Messages }}",
        "{{ $s := \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" }}{{ range 100 }}{{ $s = printf \"%s%s\" $s $s }}{{ end }}{{ .Messages }}",
        "{{ range 100000 }}{{ range 100000 }}{{ $.Messages }}{{ end }}{{ end }}"})
    void whatNeverEndsIsStopped(String source) {
        assertThrows(RuntimeFailure.class, () -> render(source, of("user", "x")));
    }

    @Test
    void deepNestingIsAnError() {
        assertThrows(RuntimeFailure.class, () -> engine.compile("{{ if .A }}".repeat(5000) + "{{ end }}".repeat(5000)));
        assertThrows(RuntimeFailure.class, () -> engine.compile("{{ " + "(".repeat(5000) + ".A" + ")".repeat(5000) + " }}"));
    }

    /** The reference's own case of the older form. */
    @Test
    void turnsOfPromptAndAnswer() {
        String source = "{{ if .System }}{{ .System }} {{ end }}{{ if .Prompt }}{{ .Prompt }} {{ end }}{{ if .Response }}{{ .Response }} {{ end }}";
        assertEquals("A\n\n[img-0]B C D ", render(source, of("user", "A"), of("user", "[img-0]B"), of("assistant", "C"), of("user", "D")));
        assertEquals("S A C S2 D ", render(source, of("system", "S"), of("user", "A"), of("assistant", "C"), of("system", "S2"), of("user", "D")));
    }

    @Test
    void theLastTurnEndsWhereTheAnswerBegins() {
        String source = "[INST] {{ .Prompt }} [/INST]{{ .Response }}</s>";
        assertEquals("[INST] a [/INST]b</s>[INST] c [/INST]", render(source, of("user", "a"), of("assistant", "b"), of("user", "c")));
        assertEquals("{{ .Prompt }} ", "{{ .Prompt }} ");
        assertEquals("hi", render("{{ .Prompt }}", of("user", "hi")));
    }

    @Test
    void messagesInARowOfOneRoleAreOne() {
        assertEquals("user:a\n\nb;tool:1;tool:2;", render("{{ range .Messages }}{{ .Role }}:{{ .Content }};{{ end }}", of("user", "a"), of("user", "b"),
                of("tool", "1"), of("tool", "2")));
        assertEquals("x\n\ny", render("{{ .System }}{{ range .Messages }}{{ end }}", of("system", "x"), of("user", "q"), of("system", "y")));
    }

    @Test
    void toolsAndCallsPrintAsJson() {
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("unit", Map.of("type", "string", "enum", List.of("C", "F")));
        properties.put("city", Map.of("type", "string", "description", "The <city>"));
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("type", "object");
        parameters.put("required", List.of("city"));
        parameters.put("properties", properties);
        ToolDefinition tool = new ToolDefinition("weather", "Look", parameters, Map.of());
        Message call = new Message("assistant", "", "", List.of(), List.of(new ToolCall("c1", 0, "weather", Map.of("unit", "C", "city", "Rom"))), "", "");
        String source = "{{ .Tools }}|{{ range .Tools }}{{ .Function.Name }}{{ range $n, $p := .Function.Parameters.Properties }} {{ $n }}:{{ $p.Type }}"
                + ":{{ toTypeScriptType $p }}{{ end }}{{ end }}|{{ range .Messages }}{{ range .ToolCalls }}{{ .Function.Name }}{{ .Function.Arguments }}"
                + "{{ json .Function.Arguments }}{{ end }}{{ end }}";
        String json = "[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"description\":\"Look\",\"parameters\":{\"type\":\"object\","
                + "\"required\":[\"city\"],\"properties\":{\"city\":{\"type\":\"string\",\"description\":\"The \\u003ccity\\u003e\"},"
                + "\"unit\":{\"type\":\"string\",\"enum\":[\"C\",\"F\"]}}}}}]";
        assertEquals(json + "|weather city:string:string unit:string:string|weather{\"city\":\"Rom\",\"unit\":\"C\"}{\"city\":\"Rom\",\"unit\":\"C\"}",
                engine.compile(source).render(prompt(Thinking.DEFAULT, "", List.of(tool), of("user", "q"), call)));
    }

    @Test
    void thinkingAndTheGap() {
        String source = "{{ .Think }} {{ .ThinkLevel }} {{ .IsThinkSet }}{{ range .Messages }}{{ .Thinking }}{{ end }}";
        assertEquals("true medium true", engine.compile(source).render(prompt(Thinking.ON, "", List.of(), of("user", "x"))));
        assertEquals("true high true", engine.compile(source).render(prompt(Thinking.HIGH, "", List.of(), of("user", "x"))));
        assertEquals("false  true", engine.compile(source).render(prompt(Thinking.OFF, "", List.of(), of("user", "x"))));
        assertEquals("<PRE> a <SUF> b <MID>", engine.compile("{{ if .Suffix }}<PRE> {{ .Prompt }} <SUF> {{ .Suffix }} <MID>{{ else }}{{ .Prompt }}{{ end }}")
                .render(prompt(Thinking.DEFAULT, "b", List.of(), of("user", "a"))));
    }

    @Test
    void capabilitiesComeFromNames() {
        assertEquals(Set.of(Capability.TOOLS, Capability.THINKING), engine.compile("{{ .Tools }}{{ range .Messages }}{{ .Thinking }}{{ end }}").capabilities());
        assertEquals(Set.of(Capability.INSERT), engine.compile("{{ .Prompt }}{{ .Suffix }}").capabilities());
        assertEquals(Set.of(), engine.compile("{{ .Prompt }}").capabilities());
    }

    @Test
    void eachLanguageTakesItsOwn() {
        assertTrue(engine.accepts("{{ .Prompt }}"));
        assertTrue(engine.accepts("{{- range .Messages }}{{ end }}"));
        assertFalse(engine.accepts("{% for m in messages %}{{ m.content }}{% endfor %}"));
        assertFalse(engine.accepts("{{ messages[0].content }}"));
    }
}
