package dev.runtime.plugin.templates.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Published chat templates and conversations, with the text or error that Python's jinja2 gives. */
final class GoldenTemplateTests {
    private static final Instant NOW = LocalDateTime.of(2025, 7, 14, 9, 5, 7).atZone(ZoneId.systemDefault()).toInstant();

    @TestFactory
    List<DynamicTest> compactSet() throws Exception {
        return cases(GoldenFolder.compact());
    }

    @TestFactory
    List<DynamicTest> fullSet() throws Exception {
        return cases(GoldenFolder.full());
    }

    private static List<DynamicTest> cases(Path folder) throws Exception {
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode entry : GoldenFolder.templates(folder)) {
            String source = Files.readString(folder.resolve(entry.get("template").asString()));
            JinjaTemplate template = JinjaTemplate.compile(source);
            for (JsonNode example : GoldenFolder.json(folder.resolve(entry.get("cases").asString())).get("cases")) {
                String name = entry.get("name").asString() + ": " + example.get("name").asString();
                tests.add(dynamicTest(name, () -> check(template, variables(example), example)));
                if (example.has("with_null_tools_documents")) {
                    Map<String, Object> variables = variables(example);
                    variables.put("tools", null);
                    variables.put("documents", null);
                    JsonNode expected = example.get("with_null_tools_documents");
                    tests.add(dynamicTest(name + ", tools None", () -> check(template, variables, expected)));
                }
            }
        }
        assertFalse(tests.isEmpty());
        return tests;
    }

    private static Map<String, Object> variables(JsonNode example) {
        Map<String, Object> variables = new TreeMap<>();
        example.get("inputs").properties().forEach(entry -> variables.put(entry.getKey(), Json.plain(entry.getValue())));
        return variables;
    }

    private static void check(JinjaTemplate template, Map<String, Object> variables, JsonNode expected) {
        if (expected.has("error")) {
            RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> template.render(variables, NOW));
            assertEquals(ErrorCode.TEMPLATE_INVALID, failure.code());
            String error = expected.get("error").asString();
            if (error.startsWith("TemplateError: ")) {
                assertTrue(failure.getMessage().contains(error.substring("TemplateError: ".length())), failure.getMessage());
            }
        } else {
            String text = expected.get(expected.has("text") ? "text" : "expected").asString();
            assertEquals(text, template.render(variables, NOW));
        }
    }
}
