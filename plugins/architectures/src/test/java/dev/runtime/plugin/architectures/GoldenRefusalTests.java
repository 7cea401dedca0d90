package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.Architecture;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One model of every family, damaged in every place in turn: refused when the graph is built, with the key and value or the tensor. */
class GoldenRefusalTests {
    private static final Object[] ABSURD = {0L, -1L, 7L, 1L << 31, Long.MAX_VALUE, -0.5, "text", new long[] {1}};

    @TempDir
    static Path temporary;

    @TestFactory
    Stream<DynamicTest> everyFamily() throws IOException {
        Path folder = GoldenFolder.compact(getClass(), "models");
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode entry : JsonMapper.shared().readTree(folder.resolve("index.json")).get("models")) {
            String name = entry.get("name").asString();
            tests.add(DynamicTest.dynamicTest(name, () -> damage(GoldenModel.read(folder, name))));
        }
        return tests.stream();
    }

    private static void damage(GoldenModel model) throws IOException {
        Architecture architecture = Architectures.of(model.facts().get("arch").asString()).orElseThrow();
        Path file = model.unpack(temporary);
        try (ModelFile opened = new GgufFormat().open(file)) {
            Output output = model.facts().get("kind").asString().equals("emb") ? Output.EMBEDDING : Output.LOGITS;
            damage(model, architecture, opened, new BuildOptions(256, output));
            if (architecture.shape(opened).decoderStart().isPresent()) {
                damage(model, architecture, opened, new BuildOptions(256, Output.ENCODING));
            }
        } finally {
            Files.delete(file);
        }
    }

    private static void damage(GoldenModel model, Architecture architecture, ModelFile opened, BuildOptions options) {
        DamagedModelFile whole = DamagedModelFile.of(opened);
        Graph graph = architecture.build(whole, options);
        assertEquals(graph.weights(), architecture.build(opened, options).weights());
        sizesAreNamed(architecture, options, whole);
        for (Map.Entry<String, Object> key : whole.metadata().asMap().entrySet()) {
            if (key.getKey().startsWith(model.facts().get("arch").asString() + ".")) {
                for (Object absurd : ABSURD) {
                    attempt(architecture, options, whole.with(key.getKey(), absurd), key.getKey() + " = " + absurd);
                }
            }
        }
        tensorsAreNamed(architecture, options, whole, graph);
    }

    /** The sizes that everything else depends on. */
    private static void sizesAreNamed(Architecture architecture, BuildOptions options, DamagedModelFile whole) {
        String prefix = whole.metadata().requireString("general.architecture") + ".";
        boolean attends = architecture.shape(whole).heads() > 0;
        for (String tail : List.of("block_count", "embedding_length", "context_length", "attention.head_count")) {
            for (long value : new long[] {0, -1, 1L << 31, Long.MAX_VALUE}) {
                if (attends || !tail.startsWith("attention")) {
                    RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> architecture.build(whole.with(prefix + tail, value), options));
                    assertTrue(failure.getMessage().contains(prefix + tail + " is " + value), failure.getMessage());
                    assertThrows(RuntimeFailure.class, () -> architecture.shape(whole.with(prefix + tail, value)));
                }
            }
        }
    }

    /** A tensor that the graph reads is refused by name if it is wider; without it, the graph is refused or leaves it out. */
    private static void tensorsAreNamed(Architecture architecture, BuildOptions options, DamagedModelFile whole, Graph graph) {
        Set<TensorInfo> used = graph.weights().stream().map(Weight::tensor).collect(Collectors.toSet());
        int required = 0;
        for (TensorInfo tensor : whole.tensors()) {
            Optional<String> refusal = attempt(architecture, options, whole.widened(tensor), "wider " + tensor);
            if (used.contains(tensor)) {
                assertTrue(refusal.isPresent(), tensor + " may be wider");
            }
            Optional<String> missing = attempt(architecture, options, whole.without(tensor), "no " + tensor);
            required += missing.filter(message -> message.contains(tensor.name())).isPresent() ? 1 : 0;
        }
        assertTrue(required >= used.size() / 3, required + " of " + used.size() + " tensors are refused by name when they are missing");
    }

    /** Builds, and returns the message of the refusal, if any; everything but a refusal that says why fails the test. */
    private static Optional<String> attempt(Architecture architecture, BuildOptions options, ModelFile file, String what) {
        try {
            architecture.build(file, options);
            return Optional.empty();
        } catch (RuntimeFailure refusal) {
            assertTrue(refusal.code() == ErrorCode.MODEL_FILE_INVALID || refusal.code() == ErrorCode.MODEL_UNSUPPORTED, what + ": " + refusal);
            return Optional.of(refusal.getMessage());
        } catch (RuntimeException other) {
            return fail(what + ": " + other, other);
        }
    }
}
