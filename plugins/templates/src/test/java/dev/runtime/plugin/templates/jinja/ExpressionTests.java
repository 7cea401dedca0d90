package dev.runtime.plugin.templates.jinja;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

/** Small templates on every feature, with the text or error that Python's jinja2 gives. */
final class ExpressionTests {
    @TestFactory
    List<DynamicTest> sameAsPython() throws Exception {
        JsonNode data = GoldenFolder.json(Path.of(getClass().getResource("/jinja/expressions.json").toURI()));
        Map<String, Object> variables = Json.object(data.get("variables"));
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode example : data.get("cases")) {
            String source = example.get("source").asString();
            tests.add(dynamicTest(source, () -> check(source, variables, example)));
        }
        return tests;
    }

    private static void check(String source, Map<String, Object> variables, JsonNode expected) {
        if (expected.has("error")) {
            RuntimeFailure failure =
                    assertThrows(RuntimeFailure.class, () -> JinjaTemplate.compile(source).render(variables, Instant.EPOCH));
            assertEquals(ErrorCode.TEMPLATE_INVALID, failure.code());
        } else {
            assertEquals(expected.get("text").asString(), JinjaTemplate.compile(source).render(variables, Instant.EPOCH));
        }
    }
}
