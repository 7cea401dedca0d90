package dev.runtime.plugin.format.safetensors;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.plugin.format.gguf.GgufFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The demo model's folder against the same model as a converted file. */
class DemoFolderTests {
    private final Path demo = Path.of(System.getProperty("demo.dir",
            Path.of(System.getProperty("repo.root", ".")).toAbsolutePath().normalize().resolveSibling("shared").resolve("demo-model").toString()));

    @BeforeEach
    void theFolderIsThere() {
        Assumptions.assumeTrue(Files.isDirectory(demo.resolve("hf")), "no folder of the demo model; give -Ddemo.dir");
    }

    @Test
    void theFolderSaysWhatTheFileSays() throws IOException {
        try (ModelFile expected = new GgufFormat().open(demo.resolve("demo-f16.gguf")); ModelFile actual = new SafetensorsFormat().open(demo.resolve("hf"))) {
            Metadata facts = actual.metadata();
            expected.metadata().asMap().forEach((key, value) -> {
                if (key.startsWith("qwen3.") || key.startsWith("tokenizer.")) {
                    assertTrue(Arrays.deepEquals(new Object[] {value}, new Object[] {facts.asMap().get(key)}), key);
                }
            });
            assertArrayEquals(new long[] {2041, 2039}, facts.integers("tokenizer.ggml.eos_token_ids").orElseThrow());
            assertEquals(0.2f, (float) facts.number("general.sampling.temp", 0));
            assertEquals(expected.tensors().stream().map(TensorInfo::name).sorted().toList(), actual.tensors().stream().map(TensorInfo::name).sorted().toList());
            for (TensorInfo tensor : expected.tensors()) {
                TensorInfo found = actual.tensor(tensor.name()).orElseThrow();
                assertArrayEquals(tensor.shape(), found.shape());
                for (long i = 0; i < tensor.elements(); i += 97) {
                    float a = GoldenUnpacker.element(tensor, expected.data(tensor), i);
                    float b = GoldenUnpacker.element(found, actual.data(found), i);
                    // one has 11 bits, the other 8, of the same number
                    assertTrue(Math.abs(a - b) <= 0.005f * Math.max(0.01f, Math.abs(a)), () -> tensor.name() + ": " + a + " and " + b);
                }
            }
        }
    }
}
