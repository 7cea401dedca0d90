package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelDetails;
import dev.runtime.api.model.ModelParts;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.FakeModels;
import dev.runtime.api.testkit.ScriptedInference;
import dev.runtime.plugin.dialect.testkit.Fixture;
import dev.runtime.plugin.dialect.testkit.FixtureRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        FixtureRun.run(fixture, new OllamaEndpoint(InstantSource.fixed(NOW)), models, inference);
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
        return FixtureRun.store()
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
                new ModelParts(List.of(Path.of("/store/blobs/sha256-22")), List.of(Path.of("/store/blobs/sha256-33")),
                        Optional.of(Path.of("/store/blobs/sha256-44")), "some-renderer", "some-parser"),
                new Metadata(facts), List.of(new TensorInfo("output.weight", TensorType.F32, new long[] {64, 32})), "{{ .Prompt }}\n",
                "Be kind.", List.of("MIT", "Apache"), parameters, List.of(Message.of("user", "Hi"), Message.of("assistant", "Yes?")));
    }
}
