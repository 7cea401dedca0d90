package dev.runtime.plugin.architectures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Device;
import dev.runtime.api.backend.KvCache;
import dev.runtime.api.backend.Program;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.model.Adapter;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter beside a model, at two scales, against the reference's logits. */
class GoldenAdapterTests {
    private static final float[] SCALES = {1, 0.5f};

    @TempDir
    Path temporary;

    private ModelFile model;
    private ModelFile adapter;
    private Path folder;

    @BeforeEach
    void open() throws IOException {
        folder = GoldenFolder.compact(getClass(), "adapters");
        model = new GgufFormat().open(GoldenModel.read(GoldenFolder.compact(getClass(), "models"), "llama").unpack(temporary));
        Path file = temporary.resolve("adapter.gguf");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(folder.resolve("llama-lora.gguf.gz")))) {
            Files.copy(in, file);
        }
        adapter = new GgufFormat().open(file);
    }

    @AfterEach
    void close() {
        model.close();
        adapter.close();
    }

    @Test
    void logitsAreTheReferences() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(folder.resolve("llama-lora.f32"))).order(ByteOrder.LITTLE_ENDIAN);
        float[] expected = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(expected);
        int vocabulary = expected.length / SCALES.length;
        for (Device device : new CpuBackend().devices()) {
            for (int i = 0; i < SCALES.length; i++) {
                double error = GoldenModel.nmse(logits(device, new Adapter("a", adapter, SCALES[i])),
                        Arrays.copyOfRange(expected, i * vocabulary, (i + 1) * vocabulary));
                System.out.printf("adapter at scale %.1f on %-12s nmse %.2e%n", SCALES[i], device.info().id(), error);
                assertTrue(error <= 1e-9, "scale " + SCALES[i] + " on " + device.info().id() + ": nmse " + error);
            }
        }
    }

    @Test
    void adaptersOfAnotherModelAreRefused() {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class,
                () -> new Qwen3().build(new FakeModelFile("qwen3"), options(new Adapter("a", adapter, 1))));
        assertEquals(ErrorCode.MODEL_FILE_INVALID, failure.code());
        assertTrue(failure.getMessage().contains("'llama'"), failure.getMessage());
        failure = assertThrows(RuntimeFailure.class, () -> new Llama().build(new FakeModelFile("llama"), options(new Adapter("a", adapter, 1))));
        assertTrue(failure.getMessage().contains("does not fit"), failure.getMessage());
    }

    @Test
    void whatAnAdapterChangesIsNeverLeftOut() {
        FakeModelFile other = new FakeModelFile("llama");
        other.keys.put("adapter.type", "lora");
        other.tensors.clear();
        other.put("token_embd.weight.lora_a", 32, 2).put("token_embd.weight.lora_b", 2, 100);
        RuntimeFailure failure = assertThrows(RuntimeFailure.class,
                () -> new Llama().build(new FakeModelFile("llama").put("output.weight", 32, 100), options(new Adapter("a", other, 1))));
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, failure.code());
        assertTrue(failure.getMessage().contains("token_embd.weight.lora_a"), failure.getMessage());
        other.put("blk.0.attn_q.weight.lora_a", 32, 2);
        failure = assertThrows(RuntimeFailure.class, () -> new Llama().build(new FakeModelFile("llama"), options(new Adapter("a", other, 1))));
        assertTrue(failure.getMessage().contains("lacks blk.0.attn_q.weight.lora_b"), failure.getMessage());
    }

    private float[] logits(Device device, Adapter used) {
        Graph graph = new Llama().build(model, options(used));
        CompileOptions limits = new CompileOptions(64, 1, 1, 256, 0);
        StepInputs inputs = new StepInputs(limits);
        inputs.beginSequence(new int[] {1, 0}, -1);
        for (int i = 0; i < 12; i++) {
            inputs.addToken(3 + 17 * i, i, i == 11);
        }
        try (KvCache cache = device.cache(graph.cacheLayout(), new CacheOptions(2, 16, 0, TensorType.F32, TensorType.F32));
                Program program = device.compile(graph, t -> used.tensor(t.name()).map(adapter::data).orElseGet(() -> model.data(t)), limits)) {
            program.run(inputs, cache);
            return program.output(Graph.LOGITS).asSlice(0, 4L * graph.output(Graph.LOGITS).width()).toArray(ValueLayout.JAVA_FLOAT_UNALIGNED);
        }
    }

    private static BuildOptions options(Adapter used) {
        return new BuildOptions(256, Output.LOGITS, false, List.of(used));
    }
}
