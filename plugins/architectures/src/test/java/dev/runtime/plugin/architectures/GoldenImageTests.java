package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.ImageEncoder;
import dev.runtime.api.model.ImageInput;
import dev.runtime.api.model.ImagePlace.Part;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.Pixels;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.plugin.architectures.images.ImageEncoders;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Tiny image encoders of every family on all {@link GoldenDevices} against the embeddings of the reference implementation. */
class GoldenImageTests {
    /** What the reference's table of half floats for GELU costs, see the golden README. */
    private static final double TOLERANCE = 1e-6;

    @TempDir
    static Path temporary;

    @TestFactory
    Stream<DynamicTest> everyEncoder() throws IOException {
        Path folder = GoldenFolder.compact(getClass(), "images");
        List<DynamicTest> tests = new ArrayList<>();
        for (JsonNode entry : JsonMapper.shared().readTree(folder.resolve("index.json")).get("models")) {
            for (Device device : GoldenDevices.all()) {
                tests.add(DynamicTest.dynamicTest(entry.get("name").asString() + " on " + device.info().id(), () -> check(folder, entry, device)));
            }
        }
        return tests.stream();
    }

    private static void check(Path folder, JsonNode entry, Device device) throws IOException {
        String name = entry.get("name").asString();
        Path file = temporary.resolve(name + ".gguf");
        Files.write(file, unpack(folder.resolve(name + ".gguf.gz")));
        Pixels image = new Pixels(entry.get("width").asInt(), entry.get("height").asInt(), unpack(folder.resolve(name + ".rgb.gz")));
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name + ".f32"))).order(ByteOrder.LITTLE_ENDIAN);
        float[] reference = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(reference);
        try (ModelFile opened = new GgufFormat().open(file)) {
            assertTrue(new ImageEncoders().accepts(opened.metadata()));
            ImageEncoder encoder = new ImageEncoders().encoder(opened);
            ImageInput input = encoder.input(image);
            float[] expected = embeddings(input, reference, encoder.graph().output(Graph.EMBEDDING).width());
            double error = GoldenModel.nmse(encode(encoder, input, device), expected);
            System.out.printf("image encoder %-12s on %-12s nmse %.2e, tolerance %.0e%n", name, device.info().id(), error, TOLERANCE);
            assertTrue(error <= TOLERANCE, name + ": nmse " + error);
        }
    }

    /** The reference's rows without those that stand for text between the rows of an image. */
    private static float[] embeddings(ImageInput input, float[] reference, int width) {
        float[] rows = new float[input.order().length * width];
        int at = 0;
        List<Part> parts = input.place().parts();
        for (int i = 0; i < parts.size(); i++) {
            switch (parts.get(i)) {
                case Part.Rows(int first, int count) -> {
                    System.arraycopy(reference, at * width, rows, first * width, count * width);
                    at += count;
                }
                case Part.Text _ -> at += i > 0 && i < parts.size() - 1 ? 1 : 0;
            }
        }
        assertEquals(reference.length, at * width);
        return rows;
    }

    private static float[] encode(ImageEncoder encoder, ImageInput input, Device device) {
        Graph graph = encoder.graph();
        CompileOptions limits = new CompileOptions(input.count(), input.order().length, 1, input.count(), 0);
        StepInputs inputs = new StepInputs(limits);
        inputs.embeddings(MemorySegment.ofArray(input.patches()), input.width());
        input.fill(inputs);
        try (KvCache cache = device.cache(graph.cacheLayout(), new CacheOptions(0, 16, 0, TensorType.F32, TensorType.F32));
                Program program = device.compile(graph, encoder, limits)) {
            program.run(inputs, cache);
            int width = graph.output(Graph.EMBEDDING).width();
            float[] raw = program.output(Graph.EMBEDDING).asSlice(0, 4L * width * input.order().length).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
            float[] rows = new float[raw.length];
            for (int o = 0; o < input.order().length; o++) {
                System.arraycopy(raw, o * width, rows, input.order()[o] * width, width);
            }
            return rows;
        }
    }

    private static byte[] unpack(Path file) throws IOException {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readAllBytes();
        }
    }
}
