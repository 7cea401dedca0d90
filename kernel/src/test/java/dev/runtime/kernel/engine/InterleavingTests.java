package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.Requests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that come, go and share beginnings in any order: each must get what it would get alone. */
class InterleavingTests {
    private record Running(int[] prompt, int most, Cancellation cancellation, CollectingSink sink) {}

    @ParameterizedTest
    @CsvSource({"1, 1, 8, fake", "2, 3, 16, fake", "3, 4, 7, fake", "4, 2, 100, fake", "5, 4, 512, fake", "6, 3, 16, fake-recurrent"})
    void everyoneGetsWhatTheyWouldGetAlone(int seed, int parallel, int batch, String architecture) {
        Random random = new Random(seed);
        FakeLanguage language = new FakeLanguage("");
        int[] common = Requests.prompt(random, 120);
        List<Running> all = new ArrayList<>();
        try (GeneratorBench bench = new GeneratorBench(192, batch, parallel, Map.of("general.architecture", architecture))) {
            for (int i = 0; i < 60; i++) {
                int[] prompt = anyPrompt(random, common);
                int most = 1 + random.nextInt(Math.min(40, 193 - prompt.length));
                Running request = new Running(prompt, most, new Cancellation(), new CollectingSink());
                all.add(request);
                bench.submit(Requests.greedy(prompt, most, request.cancellation, request.sink));
                for (int step = random.nextInt(12); step > 0; step--) {
                    bench.generator.step();
                    if (random.nextInt(10) == 0) {
                        all.get(random.nextInt(all.size())).cancellation.cancel();
                    }
                }
            }
            bench.stepAll();
        }
        int complete = 0;
        for (Running request : all) {
            List<Integer> alone = language.greedy(request.prompt, request.most);
            assertEquals(1, request.sink.ends);
            if (request.sink.failure.isPresent()) {
                assertEquals(ErrorCode.REQUEST_CANCELLED, request.sink.failure.get().code(), request.sink.failure.get().getMessage());
                assertEquals(alone.subList(0, request.sink.tokens.size()), request.sink.tokens);
            } else {
                assertEquals(alone, request.sink.tokens);
                complete++;
            }
        }
        assertTrue(complete > 20, "complete: " + complete);
        assertTrue(architecture.equals("fake") == all.stream().anyMatch(r -> r.sink.cachedTokens > 0));
    }

    private static int[] anyPrompt(Random random, int[] common) {
        int shared = random.nextInt(common.length);
        int[] own = Requests.prompt(random, 1 + random.nextInt(50));
        int[] prompt = Arrays.copyOf(common, shared + own.length);
        System.arraycopy(own, 0, prompt, shared, own.length);
        return prompt;
    }
}
