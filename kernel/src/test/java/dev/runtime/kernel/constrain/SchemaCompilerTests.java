package dev.runtime.kernel.constrain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.OutputFormat;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class SchemaCompilerTests {
    private final List<String> notes = new ArrayList<>();

    /** A selection of the kind of the official test suite: keys stand as declared, which is what is generated. */
    @Test
    void validInstancesAreDerivedAndInvalidOnesAreNot() throws IOException {
        for (Map<?, ?> each : cases()) {
            Map<String, Object> schema = SchemaReferences.map(each.get("schema"));
            Automaton automaton = compiled(schema);
            for (Object valid : (List<?>) each.get("valid")) {
                String text = JsonValues.text(valid);
                assertTrue(AutomatonTests.accepts(automaton, text), () -> text + " is valid for " + schema);
                String spaced = JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(valid).replace("\r", "").replace(" :", ":");
                boolean listed = schema.containsKey("enum") || schema.containsKey("const");
                assertTrue(listed || AutomatonTests.accepts(automaton, spaced), () -> spaced + " is valid for " + schema);
            }
            for (Object invalid : (List<?>) each.get("invalid")) {
                String text = JsonValues.text(invalid);
                assertFalse(AutomatonTests.accepts(automaton, text), () -> text + " is invalid for " + schema);
            }
        }
        assertEquals(List.of(), notes);
    }

    /** The selection itself against a validator. */
    @Test
    void theSelectionIsRight() throws IOException {
        for (Map<?, ?> each : cases()) {
            Map<?, ?> schema = (Map<?, ?>) each.get("schema");
            if (schema.get("exclusiveMinimum") instanceof Boolean || schema.get("items") instanceof List) {
                // of older drafts
                continue;
            }
            var validator = Validator.of(JsonValues.text(schema));
            for (Object valid : (List<?>) each.get("valid")) {
                assertEquals(List.of(), validator.errors(JsonValues.text(valid)), schema::toString);
            }
            for (Object invalid : (List<?>) each.get("invalid")) {
                assertFalse(validator.errors(JsonValues.text(invalid)).isEmpty(), () -> invalid + " for " + schema);
            }
        }
    }

    @Test
    void keysComeInTheirOrderAndOnlyDeclaredOnes() {
        Automaton automaton = compiled(Map.of("properties", ordered("b", "a"), "type", "object"));
        assertTrue(AutomatonTests.accepts(automaton, "{\"b\":1,\"a\":2}"));
        assertFalse(AutomatonTests.accepts(automaton, "{\"a\":1,\"b\":2}"));
        assertFalse(AutomatonTests.accepts(automaton, "{\"c\":1}"));
    }

    @Test
    void jsonIsJson() {
        Rules rules = new Rules();
        Automaton json = AutomatonTests.automaton(rules, Constraint.answer(new OutputFormat.Json(), rules, notes::add));
        for (String text : List.of("{}", "{ }", "{\"a\": [1, -2.5e+10, true, null, \"\\u00e9\\ud83d\\ude00 \\\"\"],\n  \"b\": {}}")) {
            assertTrue(AutomatonTests.accepts(json, text), text);
        }
        for (String text : List.of("[]", "{'a': 1}", "{\"a\": 01}", "{\"a\": .5}", "{\"a\": +1}", "{\"a\": 1,}", "{\"a\": \"\\x\"}", "{\"a\": \"\n\"}",
                "{} ", "{\"a\": \"\\ud83d\"}", "{\"a\": NaN}", "{\"a\"\n\n\n: 1}")) {
            assertFalse(AutomatonTests.accepts(json, text), text);
        }
    }

    @Test
    void whatCannotBeEnforcedIsNotedOrRefused() {
        for (Map<String, Object> schema : List.<Map<String, Object>>of(
                Map.of("not", Map.of("type", "string")),
                Map.of("type", "array", "uniqueItems", true),
                Map.of("type", "array", "contains", Map.of("type", "integer")),
                Map.of("type", "string", "pattern", "^(?=a)b"),
                Map.of("type", "string", "format", "regex"),
                Map.of("type", "number", "multipleOf", 0.3),
                Map.of("type", "object", "propertyNames", Map.of("maxLength", 3L)),
                Map.of("if", Map.of(), "then", Map.of("type", "string")),
                Map.of("oneOf", List.of(Map.of("type", "integer"), Map.of("type", "number"))))) {
            notes.clear();
            compiled(schema);
            assertFalse(notes.isEmpty(), schema::toString);
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () ->
                    Constraint.answer(new OutputFormat.Schema(schema, true), new Rules(), text -> { }));
            assertTrue(failure.getMessage().contains("is not enforced"), failure.getMessage());
        }
    }

    @Test
    void schemasThatAreWrongOrAllowNothingAreRefused() {
        refused(Map.of("type", "text"), "is none of");
        refused(Map.of("$ref", "http://example.com/schema"), "nothing is fetched");
        refused(Map.of("$ref", "#/$defs/missing"), "refers to nothing");
        refused(Map.of("$ref", "#"), "left recursion");
        refused(Map.of("allOf", List.of(Map.of("$ref", "#"))), "refer to themselves");
        refused(Map.of("type", "string", "minLength", "x"), "must be a number");
        refused(Map.of("type", "string", "minLength", 5L, "maxLength", 2L), "no text fits");
        refused(Map.of("allOf", List.of(Map.of("type", "string"), Map.of("type", "integer"))), "no text fits");
        refused(Map.of("enum", List.of()), "no text fits");
        refused(Map.of("type", "object", "properties", Map.of("a", Map.of("$ref", "#")), "required", List.of("a")), "no text fits");
        refused(Map.of("properties", List.of()), "must be an object");
    }

    @Test
    void hostileSchemasAreRefused() {
        Map<String, Object> deep = Map.of("type", "string");
        for (int i = 0; i < 300; i++) {
            deep = Map.of("type", "array", "items", deep);
        }
        refused(deep, "nested");
        List<Object> pairs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            pairs.add(Map.of("anyOf", List.of(Map.of("minimum", (long) i), Map.of("maximum", (long) i))));
        }
        refused(Map.of("allOf", pairs), "alternatives");
        Map<String, Object> many = new LinkedHashMap<>();
        for (int i = 0; i < 3000; i++) {
            many.put("p" + i, true);
        }
        refused(Map.of("type", "object", "properties", many, "minProperties", 2000L), "properties");
        notes.clear();
        compiled(Map.of("type", "string", "pattern", "(a|b)*a(a|b){30}"));
        assertFalse(notes.isEmpty());
    }

    private static Map<String, Object> ordered(String... names) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (String name : names) {
            map.put(name, true);
        }
        return map;
    }

    private Automaton compiled(Map<String, Object> schema) {
        Rules rules = new Rules();
        return AutomatonTests.automaton(rules, Constraint.answer(new OutputFormat.Schema(schema), rules, notes::add));
    }

    private void refused(Map<String, Object> schema, String reason) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> compiled(schema), () -> String.valueOf(schema.keySet()));
        assertEquals(ErrorCode.REQUEST_INVALID, failure.code());
        assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    }

    private static List<Map<?, ?>> cases() throws IOException {
        try (InputStream in = SchemaCompilerTests.class.getResourceAsStream("schemas.json")) {
            List<Map<?, ?>> cases = new ArrayList<>();
            for (Object each : JsonMapper.shared().readValue(in, List.class)) {
                cases.add((Map<?, ?>) each);
            }
            return cases;
        }
    }
}
