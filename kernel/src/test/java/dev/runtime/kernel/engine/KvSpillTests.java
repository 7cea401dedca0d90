package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.Requests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache of 8 blocks of 32 tokens, with room on disk for as many blocks as a test says. */
class KvSpillTests {
    private static final FakeLanguage LANGUAGE = new FakeLanguage("");

    @TempDir
    Path folder;

    private final Random random = new Random(9);

    private GeneratorBench bench(int blocks) {
        return new GeneratorBench(256, 256, 1, Map.of("general.architecture", "fake"), "", new SpillOptions(blocks * 32L * 4, folder));
    }

    private static CollectingSink run(GeneratorBench bench, int[] prompt, Optional<String> salt) {
        CollectingSink sink = new CollectingSink();
        bench.submit(new TokenRequest(prompt, Requests.GREEDY, 5, 0, true, -1, 0, false, salt, Cancellation.none(), sink));
        bench.stepAll();
        assertEquals(LANGUAGE.greedy(prompt, 5), sink.tokens);
        return sink;
    }

    @Test
    void aPromptThatMadeRoomForOthersIsReadBack() throws IOException {
        int[] prompt = Requests.prompt(random, 200);
        try (GeneratorBench bench = bench(64)) {
            run(bench, prompt, Optional.empty());
            for (int i = 0; i < 5; i++) {
                run(bench, Requests.prompt(random, 200), Optional.empty());
            }
            assertEquals(192, run(bench, prompt, Optional.empty()).cachedTokens);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count(), "files left");
        }
    }

    @Test
    void whatWasNotUsedForLongestIsOverwritten() {
        int[] first = Requests.prompt(random, 200);
        int[] second = Requests.prompt(random, 200);
        try (GeneratorBench bench = bench(7)) {
            run(bench, first, Optional.empty());
            run(bench, second, Optional.empty());
            run(bench, Requests.prompt(random, 200), Optional.empty());
            run(bench, Requests.prompt(random, 200), Optional.empty());
            int cached = run(bench, first, Optional.empty()).cachedTokens;
            assertEquals(0, cached);
        }
    }

    @Test
    void onlyTheSameSaltFindsIt() {
        int[] prompt = Requests.prompt(random, 200);
        try (GeneratorBench bench = bench(64)) {
            assertEquals(0, run(bench, prompt, Optional.of("a")).cachedTokens);
            assertEquals(0, run(bench, prompt, Optional.of("b")).cachedTokens);
            assertEquals(0, run(bench, prompt, Optional.empty()).cachedTokens);
            assertTrue(run(bench, prompt, Optional.of("a")).cachedTokens >= 192);
        }
    }

    /** Prompts of few different beginnings in any order: each gets what it would get without a cache. */
    @Test
    void whatIsReadBackIsWhatWasKept() {
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            int[] prompt = Requests.prompt(new Random(i % 3), 230);
            for (int at = 40 + 16 * i; at < prompt.length; at++) {
                prompt[at] = random.nextInt(256);
            }
            prompts.add(prompt);
        }
        int cached = 0;
        try (GeneratorBench bench = bench(20)) {
            for (int round = 0; round < 150; round++) {
                int[] prompt = prompts.get(random.nextInt(prompts.size()));
                cached += run(bench, Arrays.copyOf(prompt, 60 + random.nextInt(170)), Optional.empty()).cachedTokens;
            }
        }
        assertTrue(cached > 150 * 32, "cached tokens: " + cached);
    }
}
