package dev.runtime.plugin.format.gguf;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.plugin.format.gguf.quant.BlockQuantizer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written is read again: metadata, tensors, quantised by the rules of mixtures. */
class GgufWriterTests {
    private static final int WIDTH = 256;
    private static final int LAYERS = 8;

    @TempDir
    Path temporary;

    private Path write(Path source, Optional<String> level) throws IOException {
        Path target = temporary.resolve("written-" + level.orElse("copy") + ".gguf");
        try (ModelFile file = new GgufFormat().open(source);
                FileChannel out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            long[] last = {0, 0};
            new GgufWriter().write(file, level, out, (completed, total) -> {
                assertTrue(completed > last[0] && completed <= total);
                last[0] = completed;
                last[1] = total;
            }, Cancellation.none());
            assertEquals(file.tensors().stream().mapToLong(TensorInfo::bytes).sum(), last[0]);
            assertEquals(last[1], last[0]);
        }
        return target;
    }

    @Test
    void aCopyHasTheSameMetadataAndTensors() throws IOException {
        Path source = Files.write(temporary.resolve("sound.gguf"), GgufBuilder.sound().bytes());
        try (ModelFile expected = new GgufFormat().open(source); ModelFile actual = new GgufFormat().open(write(source, Optional.empty()))) {
            assertEquals(expected.metadata().asMap().keySet(), actual.metadata().asMap().keySet());
            expected.metadata().asMap().forEach((key, value) ->
                    assertTrue(Arrays.deepEquals(new Object[] {value}, new Object[] {actual.metadata().asMap().get(key)}), key));
            assertEquals(expected.tensors(), actual.tensors());
            expected.tensors().forEach(tensor -> assertEquals(-1, expected.data(tensor).mismatch(actual.data(tensor)), tensor.name()));
        }
    }

    /** A small decoder with all kinds of tensors, in 16 bits. */
    private Path model(boolean tied, int experts) throws IOException {
        GgufBuilder builder = new GgufBuilder().text("general.architecture", "llama").u32("general.file_type", 1).u32("llama.block_count", LAYERS)
                .u32("llama.attention.head_count", 8).u32("llama.attention.head_count_kv", 2).u32("llama.expert_count", experts)
                .tensor("token_embd.weight", TensorType.F16, WIDTH, 16).tensor("output_norm.weight", TensorType.F32, WIDTH);
        for (int i = 0; i < LAYERS; i++) {
            for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")) {
                builder.tensor("blk." + i + "." + name + ".weight", TensorType.F16, WIDTH, 8);
            }
            builder.tensor("blk." + i + ".attn_norm.weight", TensorType.F32, WIDTH).tensor("blk." + i + ".ffn_gate_inp.weight", TensorType.F16, WIDTH, 8);
        }
        if (!tied) {
            builder.tensor("output.weight", TensorType.F16, WIDTH, 16);
        }
        return Files.write(temporary.resolve("model-" + tied + experts + ".gguf"), builder.bytes());
    }

    /** Types of attn_v and ffn_down, one a layer, then of attn_output, attn_qk, embeddings and output. */
    @ParameterizedTest
    @CsvSource({"Q2_K, 44444444, 33333333, 3, 2, 2, 6", "Q3_K_S, 33333333, 33333333, 3, 3, 3, 6", "Q3_K_M, 55444444, 44444444, 4, 3, 3, 6",
        "Q3_K_L, 55555555, 55555555, 5, 3, 3, 6", "Q4_K_S, 55554444, 54444444, 4, 4, 4, 6", "Q4_K_M, 64464466, 64464466, 4, 4, 4, 6",
        "Q5_K_S, 55555555, 55555555, 5, 5, 5, 6", "Q5_K_M, 65565566, 65565566, 5, 5, 5, 6", "Q6_K, 66666666, 66666666, 6, 6, 6, 6"})
    void mixtures(String level, String values, String downs, String output, String rest, String embeddings, String last) throws IOException {
        Map<String, String> types = types(write(model(false, 0), Optional.of(level)));
        for (int i = 0; i < LAYERS; i++) {
            assertEquals("Q" + values.charAt(i) + "_K", types.get("blk." + i + ".attn_v.weight"), "attn_v " + i);
            assertEquals("Q" + downs.charAt(i) + "_K", types.get("blk." + i + ".ffn_down.weight"), "ffn_down " + i);
            assertEquals("Q" + output + "_K", types.get("blk." + i + ".attn_output.weight"));
            assertEquals("Q" + rest + "_K", types.get("blk." + i + ".attn_q.weight"));
            assertEquals("F32", types.get("blk." + i + ".attn_norm.weight"));
            assertEquals("F16", types.get("blk." + i + ".ffn_gate_inp.weight"));
        }
        assertEquals("Q" + embeddings + "_K", types.get("token_embd.weight"));
        assertEquals("Q" + last + "_K", types.get("output.weight"));
    }

    @Test
    void embeddingsThatAreTheOutputTooHaveItsType() throws IOException {
        assertEquals("Q6_K", types(write(model(true, 0), Optional.of("Q4_K_M"))).get("token_embd.weight"));
        assertEquals("Q8_0", types(write(model(true, 8), Optional.of("Q8_0"))).get("token_embd.weight"));
        assertEquals("Q8_0", types(write(model(true, 8), Optional.of("Q4_K_S"))).get("blk.0.attn_k.weight"));
    }

    @Test
    void rowsThatNoBlockDividesGetAnotherType() throws IOException {
        Path source = Files.write(temporary.resolve("odd.gguf"), new GgufBuilder().text("general.architecture", "llama").u32("general.file_type", 1)
                .tensor("token_embd.weight", TensorType.F16, 256, 4).tensor("output.weight", TensorType.F16, 96, 4)
                .tensor("blk.0.attn_q.weight", TensorType.F16, 96, 4).tensor("blk.0.ffn_up.weight", TensorType.F16, 40, 4).bytes());
        Map<String, String> types = types(write(source, Optional.of("Q4_K_M")));
        assertEquals("Q5_0", types.get("blk.0.attn_q.weight"));
        assertEquals("F16", types.get("blk.0.ffn_up.weight"));
        assertEquals("Q8_0", types.get("output.weight"));
    }

    @Test
    void bytesAreThoseOfTheQuantiserAndTheLevelIsStated() throws IOException {
        Path source = model(false, 0);
        try (ModelFile from = new GgufFormat().open(source); ModelFile to = new GgufFormat().open(write(source, Optional.of("Q4_K_M")))) {
            assertEquals(15, to.metadata().integer("general.file_type", 0));
            assertEquals("Q4_K_M", new GgufWriter().levelOf(to));
            assertEquals("F16", new GgufWriter().levelOf(from));
            for (TensorInfo tensor : to.tensors()) {
                TensorInfo plain = from.tensor(tensor.name()).orElseThrow();
                if (tensor.equals(plain)) {
                    assertEquals(-1, from.data(plain).mismatch(to.data(tensor)), tensor.name());
                    continue;
                }
                float[] x = floats(plain, from.data(plain));
                byte[] expected = new byte[(int) tensor.bytes()];
                BlockQuantizer.of(tensor.type()).orElseThrow().quantize(x, 0, x.length, expected, 0);
                assertArrayEquals(expected, to.data(tensor).toArray(ValueLayout.JAVA_BYTE), tensor.name());
            }
        }
    }

    @Test
    void whatLostBitsBeforeIsRefusedAndNamesAreForgiving() throws IOException {
        Path quantised = write(model(false, 0), Optional.of("Q8_0"));
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> write(quantised, Optional.of("Q4_K_M")));
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, failure.code());
        assertTrue(failure.getMessage().startsWith("quantization is only supported for F16, BF16 and F32 models"), failure::getMessage);
        GgufWriter writer = new GgufWriter();
        assertEquals(Optional.of("Q4_K_M"), writer.level("q4_k"));
        assertEquals(Optional.of("Q4_K_M"), writer.level("q4_K_m"));
        assertEquals(Optional.of("BF16"), writer.level("bf16"));
        assertEquals(Optional.empty(), writer.level("Q9"));
    }

    @Test
    void cancellationEndsTheWork() throws IOException {
        Path source = model(false, 0);
        Cancellation cancellation = new Cancellation();
        try (ModelFile file = new GgufFormat().open(source);
                FileChannel out = FileChannel.open(temporary.resolve("cut"), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            assertEquals(ErrorCode.REQUEST_CANCELLED, assertThrows(RuntimeFailure.class, () -> new GgufWriter().write(file, Optional.of("Q4_0"), out,
                    (completed, _) -> {
                        if (completed > 0) {
                            cancellation.cancel();
                        }
                    }, cancellation)).code());
        }
    }

    private static float[] floats(TensorInfo tensor, MemorySegment data) {
        float[] x = new float[(int) tensor.elements()];
        for (int i = 0; i < x.length; i++) {
            x[i] = tensor.type() == TensorType.F32 ? data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i)
                    : Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * i));
        }
        return x;
    }

    private static Map<String, String> types(Path file) throws IOException {
        Map<String, String> types = new TreeMap<>();
        try (ModelFile model = new GgufFormat().open(file)) {
            model.tensors().forEach(tensor -> types.put(tensor.name(), tensor.type().name()));
        }
        return types;
    }
}
