package dev.runtime.plugin.dialect.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Route;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelDetails;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.FakeModels;
import dev.runtime.api.testkit.FakeRuntime;
import dev.runtime.api.testkit.FakeSettings;
import dev.runtime.api.testkit.MemoryExchange;
import dev.runtime.api.testkit.ScriptedInference;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Requests and replies of {@code src/test/resources/fixtures} against the dialect with a scripted engine. */
class OllamaFixturesTests {
    private static final Instant NOW = Instant.parse("2026-08-21T18:48:22.123456789Z");

    @TestFactory
    Stream<DynamicTest> fixtures() throws IOException {
        return Fixture.readAll().stream().map(f -> DynamicTest.dynamicTest(f.title(), () -> run(f)));
    }

    private static void run(Fixture fixture) throws Exception {
        ScriptedInference inference = inference(fixture);
        FakeModels models = fixture.text("store", "").equals("empty") ? new FakeModels() : store();
        OllamaEndpoint endpoint = new OllamaEndpoint(InstantSource.fixed(NOW));
        endpoint.start(new FakeRuntime(models, inference, new FakeSettings(Map.of("server.strict", String.valueOf(fixture.has("strict"))))));
        MemoryExchange exchange = fixture.exchange();
        Route route = endpoint.routes().stream()
                .filter(r -> r.method().equals(exchange.method()) && r.path().equals(exchange.path())).findFirst().orElseThrow();
        try {
            route.handler().handle(exchange);
        } catch (RuntimeFailure e) {
            assertFalse(exchange.replied(), "a failure escaped after the reply began: " + e);
            var body = endpoint.error(e);
            exchange.send(body.status(), body.contentType(), body.body().getBytes(StandardCharsets.UTF_8));
        }
        check(Fixture.object(fixture.value("reply")), exchange);
        if (fixture.has("asked")) {
            List<Map<String, Object>> facts = inference.asked().stream().map(AskedFacts::of).toList();
            assertEquals(Fixture.list(fixture.value("asked")).size(), facts.size(), facts.toString());
            holds("asked", fixture.value("asked"), facts);
        }
    }

    private static ScriptedInference inference(Fixture fixture) {
        ScriptedInference inference = new ScriptedInference().plays(fixture.script());
        if (fixture.has("failure")) {
            inference.fails(fixture.failure());
        }
        if (fixture.has("loaded")) {
            inference.holds(FakeModels.loaded(FakeModels.info("never")));
            inference.holds(new LoadedModel(FakeModels.info("test", Capability.COMPLETION), 5000, 3000, "gpu", 8192,
                    NOW.plus(Duration.ofMinutes(5)), 1));
        }
        if (fixture.text("request", "").contains("embed")) {
            inference.embeds(new EmbedResult(fixture.text("name", "").contains("NaN")
                    ? List.of(new float[] {1, Float.NaN}) : List.of(new float[] {0.6f, -0.8f}),
                    new Usage(8, 0, 0, Duration.ofNanos(14), Duration.ofNanos(10), Duration.ZERO, Duration.ZERO, Duration.ZERO), List.of()));
        }
        return inference;
    }

    private static FakeModels store() {
        return new FakeModels()
                .with("test", Capability.COMPLETION, Capability.TOOLS)
                .with("plain", Capability.COMPLETION)
                .with("think", Capability.COMPLETION, Capability.TOOLS, Capability.THINKING)
                .with("insert", Capability.COMPLETION, Capability.INSERT)
                .with("bert", Capability.EMBEDDING)
                .with("picture", Capability.IMAGE)
                .with("/models/in-place.gguf", Capability.COMPLETION)
                .with(shown());
    }

    private static ModelDetails shown() {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("general.architecture", "llama");
        facts.put("general.name", "hidden");
        facts.put("tokenizer.chat_template", "hidden");
        facts.put("llama.context_length", 4096L);
        facts.put("llama.rope.freq_base", 10000.5);
        facts.put("llama.flag", true);
        facts.put("llama.sections", new long[] {1, 2});
        facts.put("tokenizer.ggml.scores", new float[100]);
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("seed", 42L);
        parameters.put("stop", List.of("foo", "b\"ar"));
        parameters.put("top_p", 0.9);
        parameters.put("temperature", 1.0);
        return new ModelDetails(FakeModels.info("shown", Capability.TOOLS, Capability.COMPLETION), Path.of("/store/blobs/sha256-11"),
                new Metadata(facts), List.of(new TensorInfo("output.weight", TensorType.F32, new long[] {64, 32})), "{{ .Prompt }}\n",
                "Be kind.", List.of("MIT", "Apache"), parameters, List.of(Message.of("user", "Hi"), Message.of("assistant", "Yes?")));
    }

    private static void check(Map<String, Object> expected, MemoryExchange actual) throws IOException {
        assertEquals(expected.getOrDefault("status", 200L), (long) actual.status(), actual.text());
        if (actual.status() == 200) {
            assertFalse(expected.containsKey("error"), actual.text());
        }
        expected.forEach((key, value) -> {
            switch (key) {
                case "status" -> { }
                case "type" -> assertEquals(value, actual.contentType());
                case "text" -> assertEquals(value, actual.text());
                case "contains" -> Fixture.list(value).forEach(part -> assertTrue(actual.text().contains((String) part), actual.text()));
                case "lacks" -> Fixture.list(value).forEach(part -> assertFalse(actual.text().contains((String) part), actual.text()));
                case "json" -> same("reply", value, json(actual.text()));
                case "lines" -> {
                    assertTrue(actual.text().endsWith("\n"), actual.text());
                    same("reply", value, actual.text().lines().map(OllamaFixturesTests::json).toList());
                    assertEquals(Fixture.list(value).size(), actual.flushed().size(), "one flush a line");
                }
                case "error" -> assertEquals(value, Fixture.object(json(actual.text())).get("error"));
                case "errorContains" -> assertTrue(String.valueOf(Fixture.object(json(actual.text())).get("error")).contains((String) value),
                        actual.text());
                case "headers" -> Fixture.object(value).forEach((name, text) -> assertEquals(text, actual.replyHeaders().get(name)));
                default -> throw new IllegalArgumentException("fixture with an unknown expectation " + key);
            }
        });
    }

    private static Object json(String text) {
        return Fixture.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Equal, but for texts that stand for a form: {@code @call-id}. */
    private static void same(String at, Object expected, Object actual) {
        if (expected instanceof Map<?, ?> map && actual instanceof Map<?, ?> other) {
            assertEquals(List.copyOf(map.keySet()), List.copyOf(other.keySet()), at);
            map.forEach((key, value) -> same(at + "." + key, value, other.get(key)));
        } else if (expected instanceof List<?> list && actual instanceof List<?> other) {
            assertEquals(list.size(), other.size(), at + ": " + other);
            for (int i = 0; i < list.size(); i++) {
                same(at + "[" + i + "]", list.get(i), other.get(i));
            }
        } else if ("@call-id".equals(expected)) {
            assertTrue(Pattern.matches("call_[a-z0-9]{8}", String.valueOf(actual)), at + ": " + actual);
        } else {
            assertEquals(expected, actual, at);
        }
    }

    /** Everything expected is there; there may be more. */
    private static void holds(String at, Object expected, Object actual) {
        assertNotNull(actual, at);
        if (expected instanceof Map<?, ?> map) {
            map.forEach((key, value) -> holds(at + "." + key, value, ((Map<?, ?>) actual).get(key)));
        } else if (expected instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof Map<?, ?>) {
            for (int i = 0; i < list.size(); i++) {
                holds(at + "[" + i + "]", list.get(i), ((List<?>) actual).get(i));
            }
        } else {
            assertEquals(expected, actual, at);
        }
    }
}
