package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Text models with rows of an image between tokens against the reference: rows that see each other, positions in a grid, features of layers. */
class GoldenSeeingTests {
    private static final int BEFORE = 3;

    @TempDir
    static Path temporary;

    @TestFactory
    Stream<DynamicTest> everyText() throws IOException {
        Path folder = GoldenFolder.compact(getClass(), "images");
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode entry : JsonMapper.shared().readTree(folder.resolve("index.json")).get("texts")) {
            for (Device device : new CpuBackend().devices()) {
                tests.add(DynamicTest.dynamicTest(entry.get("name").asString() + " on " + device.info().id(), () -> check(folder, entry, device)));
            }
        }
        return tests.stream();
    }

    private static void check(Path folder, JsonNode entry, Device device) throws IOException {
        String name = entry.get("name").asString();
        GoldenModel model = GoldenModel.read(GoldenFolder.compact(GoldenSeeingTests.class, "models"), entry.get("model").asString());
        Path file = model.unpack(temporary);
        float[] rows = floats(folder.resolve(name + "-rows.f32"));
        float[] expected = floats(folder.resolve(name + "-text.f32"));
        try (ModelFile opened = new GgufFormat().open(file)) {
            String arch = model.facts().get("arch").asString();
            ModelFile whole = DamagedModelFile.of(opened).with(arch + ".n_deepstack_layers", entry.get("deep").asLong());
            Graph graph = Architectures.of(arch).orElseThrow().build(whole, new BuildOptions(256, Output.LOGITS, true, List.of()));
            CompileOptions limits = new CompileOptions(64, 64, 1, 256, 0);
            try (KvCache cache = device.cache(graph.cacheLayout(), new CacheOptions(16, 16, 0, TensorType.F32, TensorType.F32));
                    Program program = device.compile(graph, opened::data, limits)) {
                double error = GoldenModel.nmse(run(entry, rows, graph, program, cache, new StepInputs(limits)), expected);
                System.out.printf("text with image %-12s on %-12s nmse %.2e%n", name, device.info().id(), error);
                assertTrue(error <= entry.get("tolerance").asDouble(), name + ": nmse " + error);
            }
        } finally {
            Files.delete(file);
        }
    }

    private static float[] run(JsonNode entry, float[] rows, Graph graph, Program program, KvCache cache, StepInputs inputs) {
        int vocabulary = graph.output(Graph.LOGITS).width();
        int columns = entry.get("columns").asInt();
        int count = entry.get("rows").asInt() * columns;
        boolean grid = entry.get("grid").asBoolean();
        int saved = grid ? count - Math.max(entry.get("rows").asInt(), columns) : 0;
        float[] all = new float[0];
        int position = 0;
        for (int[] step : new int[][] {{3, 5, 7}, {}, {11, 13}, {17}}) {
            inputs.clear();
            inputs.beginSequence(new int[] {3, 1, 0, 2, 4, 5, 6, 7}, -1);
            inputs.embeddings(MemorySegment.ofArray(rows), rows.length / count);
            for (int i = 0; i < (step.length == 0 ? count : step.length); i++, position++) {
                inputs.addToken(step.length == 0 ? -1 - i : step[i], position, true);
                int at = position < BEFORE ? position : step.length == 0 ? BEFORE : position - saved;
                if (grid) {
                    inputs.axes(at, step.length == 0 ? at + i / columns : at, step.length == 0 ? at + i % columns : at);
                }
                if (step.length == 0 && entry.get("whole").asBoolean()) {
                    inputs.span(BEFORE, BEFORE + count - 1);
                }
            }
            program.run(inputs, cache);
            float[] logits = program.output(Graph.LOGITS).asSlice(0, 4L * vocabulary * inputs.outputs()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
            all = Arrays.copyOf(all, all.length + logits.length);
            System.arraycopy(logits, 0, all, all.length - logits.length, logits.length);
        }
        return all;
    }

    private static float[] floats(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }
}
