package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StepBuilderTests {
    private final Random random = new Random(8);

    @Test
    void promptsShareTheBudgetAndShortOnesLeaveTheirRest() {
        try (GeneratorBench bench = new GeneratorBench(256, 60, 3)) {
            List<List<Integer>> steps = record(bench);
            for (int length : new int[] {100, 10, 100}) {
                bench.submit(Requests.greedy(Requests.prompt(random, length), 1, new CollectingSink()));
            }
            bench.stepAll();
            // 20 each; of the 10 that the short one leaves, 5 each
            assertEquals(List.of(25, 10, 25), steps.get(0));
            assertEquals(List.of(30, 30), steps.get(1));
            assertEquals(List.of(30, 30), steps.get(2));
            assertEquals(List.of(15, 15), steps.get(3));
        }
    }

    @Test
    void aSmallBudgetStillMovesEveryone() {
        try (GeneratorBench bench = new GeneratorBench(64, 4, 4)) {
            List<List<Integer>> steps = record(bench);
            List<CollectingSink> sinks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                CollectingSink sink = new CollectingSink();
                sinks.add(sink);
                bench.submit(Requests.greedy(Requests.prompt(random, i < 2 ? 1 : 20), 30, sink));
            }
            bench.stepAll();
            // two decode, two tokens are left for two prompts
            assertEquals(List.of(1, 1, 1, 1), steps.get(0));
            assertEquals(List.of(1, 1, 1, 1), steps.get(1));
            assertTrue(sinks.stream().allMatch(sink -> sink.ends == 1));
        }
    }

    /** Collects the tokens of each sequence of each step. */
    private static List<List<Integer>> record(GeneratorBench bench) {
        List<List<Integer>> steps = new ArrayList<>();
        bench.device.watcher = inputs -> {
            List<Integer> counts = new ArrayList<>();
            for (int s = 0; s < inputs.sequences(); s++) {
                counts.add(inputs.tokenCount(s));
            }
            steps.add(counts);
        };
        return steps;
    }
}
