package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.Requests;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Full contexts on a device whose rows say the same wherever they came from. So the oracle is the model that is asked anew for each token, with
 * the history cut by the rule.
 */
class ContextShiftTests {
    private static final FakeLanguage LANGUAGE = new FakeLanguage("");
    private static final int BLOCK = EnginePlan.BLOCK_TOKENS;

    @TempDir
    Path folder;

    private final Random random = new Random(8);

    private static TokenRequest unending(int[] prompt, int most, int keep, CollectingSink sink) {
        return new TokenRequest(prompt, Requests.GREEDY, most, keep, true, -1, 0, true, Optional.empty(), Cancellation.none(), sink);
    }

    /** The tokens in the context at the end, the last of them not evaluated, and what was said. */
    private record Text(List<Integer> history, List<Integer> output) {
        static Text of(int[] prompt, int most, int context, int keep) {
            Text text = new Text(new ArrayList<>(Arrays.stream(prompt).boxed().toList()), new ArrayList<>());
            float[] scores = new float[FakeLanguage.VOCABULARY];
            while (text.output.size() < most) {
                if (text.history.size() > context) {
                    text.history.subList(keep, keep + Math.max((context - keep) / 2, 1)).clear();
                }
                FakeLanguage.State state = LANGUAGE.start();
                for (int i = 0; i < text.history.size(); i++) {
                    state = state.next(text.history.get(i), i);
                }
                LANGUAGE.scores(state, scores);
                text.output.add(FakeLanguage.argmax(scores));
                text.history.add(text.output.getLast());
            }
            return text;
        }

        int[] evaluated() {
            return history.subList(0, history.size() - 1).stream().mapToInt(i -> i).toArray();
        }
    }

    /** Contexts whose blocks are all in use, and more or fewer tokens kept and dropped than whole blocks. */
    @ParameterizedTest
    @CsvSource({"128, 0", "128, 1", "128, 31", "128, 32", "128, 33", "128, 100", "128, 126", "128, 127", "96, 64", "100, 0", "100, 17", "65, 3", "64, 63", "32, 0",
        "33, 5", "40, 39", "20, 7"})
    void aTokenAfterAShiftCostsOneToken(int context, int keep) {
        int[] prompt = Requests.prompt(random, Math.max(context / 2, keep));
        int most = 3 * context + 11;
        try (GeneratorBench bench = new GeneratorBench(context, 256, 1)) {
            List<Integer> steps = new ArrayList<>();
            bench.device.watcher = inputs -> steps.add(inputs.tokens());
            CollectingSink sink = new CollectingSink();
            bench.submit(unending(prompt, most, keep, sink));
            bench.stepAll();
            assertEquals(Text.of(prompt, most, context, keep).output, sink.tokens);
            assertEquals(FinishReason.LENGTH, sink.reason.orElseThrow());
            assertEquals(prompt.length, steps.removeFirst());
            assertEquals(List.of(1), steps.stream().distinct().toList());
            assertEquals(most - 1, steps.size());
        }
    }

    @Test
    void contextsThatAreFullAllAtOnceMoveTheirRows() {
        try (GeneratorBench bench = new GeneratorBench(100, 256, 3)) {
            List<int[]> prompts = Stream.generate(() -> Requests.prompt(random, 60 + random.nextInt(3))).limit(3).toList();
            List<Integer> steps = new ArrayList<>();
            bench.device.watcher = inputs -> steps.add(inputs.tokens());
            List<CollectingSink> sinks = prompts.stream().map(_ -> new CollectingSink()).toList();
            for (int i = 0; i < 3; i++) {
                bench.submit(unending(prompts.get(i), 250, 9 * i, sinks.get(i)));
            }
            bench.stepAll();
            for (int i = 0; i < 3; i++) {
                assertEquals(Text.of(prompts.get(i), 250, 100, 9 * i).output, sinks.get(i).tokens);
            }
            assertTrue(steps.stream().skip(1).allMatch(tokens -> tokens <= 3), "evaluated again: " + steps);
        }
    }

    @Test
    void whoSharesTheBeginningGetsWhatItGetsAlone() {
        int[] prompt = Requests.prompt(random, 90);
        int[] longer = Arrays.copyOf(prompt, 110);
        try (GeneratorBench bench = new GeneratorBench(128, 256, 3)) {
            CollectingSink first = new CollectingSink();
            bench.submit(unending(prompt, 300, 40, first));
            for (int i = 0; i < 30; i++) {
                bench.generator.step();
            }
            CollectingSink beside = new CollectingSink();
            bench.submit(Requests.greedy(prompt, 38, beside));
            CollectingSink other = new CollectingSink();
            bench.submit(unending(longer, 60, 70, other));
            bench.stepAll();
            assertEquals(Text.of(prompt, 300, 128, 40).output, first.tokens);
            assertEquals(LANGUAGE.greedy(prompt, 38), beside.tokens);
            assertEquals(Text.of(longer, 60, 128, 70).output, other.tokens);
            assertTrue(beside.cachedTokens >= 64 && other.cachedTokens >= 64, beside.cachedTokens + " and " + other.cachedTokens + " cached tokens");
        }
    }

    /** What was evaluated before the shift is found as ever; of what is there after it, the kept beginning only. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nobodyFindsMovedRowsNorWhatFollowsThem(boolean onDisk) {
        int keep = 40;
        int[] prompt = Requests.prompt(random, 70);
        try (GeneratorBench bench = new GeneratorBench(128, 256, 3, Map.of("general.architecture", "fake"), "", new SpillOptions(1 << 20, folder))) {
            CollectingSink sink = new CollectingSink();
            bench.submit(unending(prompt, 100, keep, sink));
            bench.stepAll();
            int[] before = Arrays.copyOf(prompt, 128);
            for (int i = 70; i < 128; i++) {
                before[i] = sink.tokens.get(i - 70);
            }
            for (int i = 0; onDisk && i < 9; i++) {
                cached(bench, Requests.prompt(random, 120));
            }
            int[] moved = Text.of(prompt, 100, 128, keep).evaluated();
            assertTrue(moved.length > 3 * BLOCK, moved.length + " tokens");
            assertEquals(onDisk ? BLOCK : keep, cached(bench, moved));
            assertEquals(onDisk ? 3 * BLOCK : 127, cached(bench, before));
        }
    }

    private static int cached(GeneratorBench bench, int[] prompt) {
        CollectingSink sink = new CollectingSink();
        bench.submit(Requests.greedy(prompt, 1, sink));
        bench.stepAll();
        return sink.cachedTokens;
    }

    @Test
    void aDeviceThatDoesNotMoveRowsEvaluatesThemAgain() {
        int[] prompt = Requests.prompt(random, 50);
        try (GeneratorBench bench = new GeneratorBench(64, 256, 1)) {
            bench.device.moves = false;
            List<Integer> steps = new ArrayList<>();
            bench.device.watcher = inputs -> steps.add(inputs.tokens());
            CollectingSink sink = new CollectingSink();
            bench.submit(unending(prompt, 100, 40, sink));
            bench.stepAll();
            assertEquals(Text.of(prompt, 100, 64, 40).output, sink.tokens);
            assertEquals(64 + 1 - 12 - 32, steps.get(15), "all after the full block that is kept");
        }
    }

    @Test
    void aMoveThatFailsCostsNoRequest() {
        int[] prompt = Requests.prompt(random, 50);
        try (GeneratorBench bench = new GeneratorBench(64, 256, 1)) {
            int[] tries = {0};
            bench.device.onMove = () -> {
                tries[0]++;
                throw new IllegalStateException("the test says so");
            };
            CollectingSink sink = new CollectingSink();
            bench.submit(unending(prompt, 100, 7, sink));
            bench.stepAll();
            assertEquals(Text.of(prompt, 100, 64, 7).output, sink.tokens);
            assertEquals(1, tries[0]);
        }
    }

    @Test
    void withoutMemoryForCopiesRowsAreEvaluatedAgain() {
        int[] prompt = Requests.prompt(random, 50);
        for (int spare = 0; spare < 2; spare++) {
            try (GeneratorBench bench = new GeneratorBench(128, 256, 1)) {
                List<Integer> taken = new ArrayList<>();
                for (int i = spare; i < 2; i++) {
                    taken.add(bench.memory.pool().take());
                }
                CollectingSink sink = new CollectingSink();
                bench.submit(unending(prompt, 300, 21, sink));
                bench.stepAll();
                assertEquals(Text.of(prompt, 300, 128, 21).output, sink.tokens);
                taken.forEach(bench.memory.pool()::release);
            }
        }
    }

    /** Requests of few beginnings, of which some fill their contexts again and again: each gets what it would get alone. */
    @Test
    void anyMixLeavesTheBooksInOrder() {
        try (GeneratorBench bench = new GeneratorBench(96, 256, 3, Map.of("general.architecture", "fake"), "", new SpillOptions(20 * BLOCK * 4, folder))) {
            for (int round = 0; round < 60; round++) {
                List<Text> texts = new ArrayList<>();
                List<CollectingSink> sinks = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    int[] prompt = Requests.prompt(new Random(random.nextInt(3)), 90);
                    prompt = Arrays.copyOf(prompt, 1 + random.nextInt(90));
                    prompt[random.nextInt(prompt.length)] = random.nextInt(256);
                    int keep = random.nextInt(96);
                    int most = 1 + random.nextInt(250);
                    texts.add(Text.of(prompt, most, 96, Math.min(keep, 95)));
                    sinks.add(new CollectingSink());
                    bench.submit(unending(prompt, most, keep, sinks.getLast()));
                }
                bench.stepAll();
                for (int i = 0; i < 4; i++) {
                    assertEquals(texts.get(i).output, sinks.get(i).tokens, "request " + i + " of round " + round);
                }
            }
        }
    }
}
