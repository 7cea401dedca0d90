package dev.runtime.plugin.format.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Models of the reference as folders: {@link GoldenUnpacker} takes each apart into the names and orders of the transformers library, and
 * the folder must give the tensors and numbers of the reference's own file again.
 */
class GoldenFamilyTests {
    @TempDir
    Path temporary;

    @ParameterizedTest
    @CsvSource({"llama, llama", "llama-bias, llama", "llama-tied, llama", "llama-headdim, mistral", "llama-moe, mixtral",
        "llama-rope-llama3, llama", "llama-rope-linear, llama", "llama-rope-yarn, llama", "llama-q-bf16, llama", "llama-q-f16, mistral",
        "mistral3, ministral3", "granite, granite", "smollm3, smollm3", "qwen2, qwen2", "qwen2moe, qwen2_moe", "qwen3, qwen3",
        "qwen3-tied, qwen3", "qwen3-embedding, qwen3", "qwen3moe, qwen3_moe", "olmo2, olmo2", "phi3, phi3", "phi3-longrope, phi3",
        "gemma, gemma", "gemma2, gemma2", "gemma3, gemma3_text", "gemma-embedding, gemma3_text", "gpt-oss, gpt_oss",
        "gpt-oss-mxfp4, gpt_oss", "bert, bert", "nomic-bert, nomic_bert"})
    void theFolderGivesTheReferencesFile(String model, String family) throws IOException {
        Optional<Path> golden = GoldenFolder.outside("models");
        Assumptions.assumeTrue(golden.isPresent(), "no golden folder; give -Dgolden.dir");
        Path file = temporary.resolve("model.gguf");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(golden.get().resolve(model + ".gguf.gz")))) {
            Files.copy(in, file);
        }
        Path folder = Files.createDirectory(temporary.resolve("folder"));
        try (ModelFile expected = new GgufFormat().open(file)) {
            GoldenUnpacker.unpack(expected, family, folder);
            try (ModelFile actual = new SafetensorsFormat().open(folder)) {
                compare(expected, actual);
            }
        }
    }

    private static void compare(ModelFile expected, ModelFile actual) {
        Metadata facts = actual.metadata();
        String architecture = expected.metadata().requireString("general.architecture");
        expected.metadata().asMap().forEach((key, value) -> {
            // all layers of gpt-oss have experts: what the length of others is does not matter
            boolean idle = key.equals("gpt-oss.feed_forward_length");
            if (!idle && (key.startsWith(architecture + ".") || key.equals("tokenizer.ggml.token_type_count"))) {
                assertEquals(value, facts.asMap().get(key), key);
            }
        });
        assertEquals(names(expected), names(actual));
        for (TensorInfo tensor : expected.tensors()) {
            TensorInfo found = actual.tensor(tensor.name()).orElseThrow();
            if (tensor.type() == TensorType.Q8_0) {
                assertArrayEquals(tensor.shape(), found.shape(), tensor.name());
            } else {
                assertEquals(tensor, type(found, tensor.type()));
                assertSame(expected, tensor, actual, found);
            }
        }
    }

    /** The reference's test files keep single rows in half precision where a converter would not. */
    private static TensorInfo type(TensorInfo found, TensorType type) {
        return found.type() == TensorType.F32 ? new TensorInfo(found.name(), type, found.shape()) : found;
    }

    private static TreeSet<String> names(ModelFile file) {
        TreeSet<String> names = new TreeSet<>();
        file.tensors().forEach(tensor -> names.add(tensor.name()));
        return names;
    }

    private static void assertSame(ModelFile expected, TensorInfo tensor, ModelFile actual, TensorInfo found) {
        MemorySegment a = expected.data(tensor);
        MemorySegment b = actual.data(found);
        if (tensor.type() == found.type() && !tensor.name().contains("norm") && !tensor.name().startsWith("rope_")) {
            assertEquals(-1, a.mismatch(b), tensor.name());
            return;
        }
        Map<String, Float> far = new TreeMap<>();
        for (long i = 0; i < tensor.elements(); i++) {
            float x = GoldenUnpacker.element(tensor, a, i);
            float y = b.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i);
            // adding one to a norm's weight and taking it off again loses the last bits
            if (Math.abs(x - y) > 1e-6f * Math.max(1, Math.abs(x))) {
                far.put(tensor.name() + "[" + i + "]", x - y);
            }
        }
        assertTrue(far.isEmpty(), far::toString);
    }
}
