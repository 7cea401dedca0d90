package dev.runtime.plugin.tokenizers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.testkit.GoldenFolder;
import dev.runtime.api.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Texts of a million characters without a place to split, and many threads at once. */
class LongTextTests {
    @TempDir
    static Path work;

    private static Tokenizer tokenizer(String name) throws IOException {
        return new VocabularyTokenizers()
                .create(VocabularyFiles.metadata(GoldenFolder.compact(LongTextTests.class, "tokenizers").resolve(name + ".gguf.gz"), work));
    }

    @ParameterizedTest
    @ValueSource(strings = {"qwen2", "llama-spm"})
    @Timeout(300)
    void encodesRunsOfAMillionCharacters(String name) throws IOException {
        Tokenizer tokenizer = tokenizer(name);
        for (String unit : List.of("a", " ", "\n", "😀", "漢", "Ab", "<", "\u0301", "7", "<|im_end|>")) {
            String text = unit.repeat((1 << 20) / unit.length());
            int[] tokens = tokenizer.encode(text, false, true);
            assertTrue(text.equals(tokenizer.decode(tokens, true)), "the text comes back");
        }
    }

    @Test
    void givesTheSameToManyThreads() throws IOException, InterruptedException, ExecutionException {
        Tokenizer tokenizer = tokenizer("qwen2");
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            texts.add("word" + i * 7919 + " über-Größe " + Integer.toString(i * 104_729, 36) + " 語" + i + "\n");
        }
        List<int[]> expected = texts.stream().map(text -> tokenizer.encode(text, false, false)).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> runs = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                int offset = t * 50;
                runs.add(threads.submit(() -> {
                    for (int i = 0; i < texts.size(); i++) {
                        int k = (i + offset) % texts.size();
                        assertArrayEquals(expected.get(k), tokenizer.encode(texts.get(k), false, false));
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        }
    }
}
