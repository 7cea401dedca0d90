package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** On a device whose step takes 20 ms and 1 ms more for each token. */
class PromptPaceTests {
    private static final long MILLISECOND = 1_000_000;

    private final Random random = new Random(1);

    private static long time(int tokens) {
        return (20 + tokens) * MILLISECOND;
    }

    private static GeneratorBench bench(int parallel) {
        GeneratorBench bench = new GeneratorBench(4_096, 2_048, parallel, Map.of("general.architecture", "fake", "fake.context", 4_096L));
        bench.device.watcher = inputs -> bench.time.addAndGet(time(inputs.tokens()));
        return bench;
    }

    @Test
    void aLongPromptCostsStreamsNoMoreThanItsShare() {
        try (GeneratorBench bench = bench(5)) {
            List<CollectingSink> streams = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                streams.add(new CollectingSink());
                bench.submit(unending(new int[] {40 + i}, streams.getLast()));
            }
            for (int i = 0; i < 20; i++) {
                bench.generator.step();
            }
            CollectingSink prompt = new CollectingSink();
            bench.submit(Requests.greedy(Requests.prompt(random, 2_000), 1, prompt));
            int before = streams.getFirst().tokens.size();
            long start = bench.time.get();
            while (prompt.ends == 0) {
                bench.generator.step();
            }
            double pace = (streams.getFirst().tokens.size() - before) / (double) (bench.time.get() - start);
            double alone = 1.0 / time(4);
            assertTrue(pace >= 0.7 * alone, "left of the pace: " + pace / alone);
            assertTrue(pace <= 0.85 * alone, "what prompts may take they get: " + pace / alone);
            bench.generator.abandon(null);
        }
    }

    @Test
    void aShortPromptIsTakenInAtOnce() {
        try (GeneratorBench bench = bench(2)) {
            bench.submit(unending(Requests.prompt(random, 200), new CollectingSink()));
            for (int i = 0; i < 20; i++) {
                bench.generator.step();
            }
            CollectingSink prompt = new CollectingSink();
            bench.submit(Requests.greedy(Requests.prompt(random, 120), 1, prompt));
            bench.generator.step();
            assertEquals(1, prompt.ends);
            bench.generator.abandon(null);
        }
    }

    @Test
    void aNewcomerWaitsLessThanThreeTimesAsLongAsAlone() {
        try (GeneratorBench bench = bench(9)) {
            for (int i = 0; i < 8; i++) {
                bench.submit(unending(new int[] {40 + i}, new CollectingSink()));
            }
            for (int i = 0; i < 20; i++) {
                bench.generator.step();
            }
            CollectingSink prompt = new CollectingSink();
            bench.submit(Requests.greedy(Requests.prompt(random, 550), 1, prompt));
            long start = bench.time.get();
            while (prompt.ends == 0) {
                long before = bench.time.get();
                bench.generator.step();
                assertTrue(bench.time.get() - before <= 200 * MILLISECOND, "streams wait for no step longer than that");
            }
            double ratio = (bench.time.get() - start) / (double) time(550);
            assertTrue(ratio < 3, ratio + " times");
            bench.generator.abandon(null);
        }
    }

    /** On a device where the least that a prompt gets in a step costs more than its share. */
    @Test
    void whatALongPromptTookBeyondItsShareNoNewcomerPaysFor() {
        try (GeneratorBench bench = bench(9)) {
            bench.device.watcher = inputs -> bench.time.addAndGet((20 + 10 * inputs.tokens()) * MILLISECOND);
            for (int i = 0; i < 8; i++) {
                bench.submit(unending(new int[] {40 + i}, new CollectingSink()));
            }
            for (int i = 0; i < 20; i++) {
                bench.generator.step();
            }
            CollectingSink before = new CollectingSink();
            bench.submit(Requests.greedy(Requests.prompt(random, 2_000), 1, before));
            while (before.ends == 0) {
                bench.generator.step();
            }
            for (int i = 0; i < 30; i++) {
                bench.generator.step();
            }
            CollectingSink newcomer = new CollectingSink();
            bench.submit(Requests.greedy(Requests.prompt(random, 90), 1, newcomer));
            long start = bench.time.get();
            while (newcomer.ends == 0) {
                bench.generator.step();
            }
            double ratio = (bench.time.get() - start) / (920.0 * MILLISECOND);
            assertTrue(ratio < 3, ratio + " times");
            bench.generator.abandon(null);
        }
    }

    @Test
    void aLonePromptIsReadInStepsOfHalfASecond() {
        try (GeneratorBench bench = bench(1)) {
            List<Integer> sizes = new ArrayList<>();
            bench.device.watcher = inputs -> {
                sizes.add(inputs.tokens());
                bench.time.addAndGet(time(inputs.tokens()));
            };
            bench.submit(Requests.greedy(Requests.prompt(random, 1_500), 1, new CollectingSink()));
            bench.stepAll();
            assertEquals(256, sizes.getFirst(), "a guess");
            for (int size : sizes) {
                assertTrue(time(size) < 505 * MILLISECOND, "tokens: " + size);
            }
            assertEquals(4, sizes.size());
        }
    }

    private static TokenRequest unending(int[] prompt, CollectingSink sink) {
        return new TokenRequest(prompt, Requests.GREEDY, 3_000, 0, true, -1, 0, true, Optional.empty(), Cancellation.none(), sink);
    }
}
