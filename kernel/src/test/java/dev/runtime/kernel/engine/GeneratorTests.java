package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.SamplingOptions;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.Requests;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTests {
    private static final FakeLanguage LANGUAGE = new FakeLanguage("");

    private final Random random = new Random(42);

    @Test
    void decodingGoesOnWhileALongPromptIsRead() {
        try (GeneratorBench bench = new GeneratorBench(256, 16, 2)) {
            List<Integer> sizes = new ArrayList<>();
            bench.device.watcher = inputs -> sizes.add(inputs.sequences() * 100 + inputs.tokens());
            CollectingSink first = new CollectingSink();
            bench.submit(unending(new int[] {50}, 12, first));
            bench.generator.step();
            CollectingSink second = new CollectingSink();
            int[] prompt = Requests.prompt(random, 100);
            bench.submit(Requests.greedy(prompt, 3, second));
            bench.stepAll();
            // one token of the first and 15 of the second, until the prompt's last 10
            assertEquals(List.of(101, 216, 216, 216, 216, 216, 216, 211), sizes.subList(0, 8));
            assertEquals(12, first.tokens.size());
            assertEquals(LANGUAGE.greedy(prompt, 3), second.tokens);
        }
    }

    @Test
    void aSecondRequestFindsWhatTheFirstEvaluated() {
        int[] prompt = Requests.prompt(random, 100);
        try (GeneratorBench bench = new GeneratorBench(256, 64, 1)) {
            CollectingSink first = run(bench, prompt, 40);
            assertEquals(0, first.cachedTokens);
            CollectingSink again = run(bench, prompt, 40);
            assertEquals(96, again.cachedTokens, "three tokens more are not worth a copy");
            assertEquals(first.tokens, again.tokens);

            // the answer is part of the next turn's prompt
            int[] turn = concat(prompt, first.tokens, Requests.prompt(random, 9));
            CollectingSink next = run(bench, turn, 20);
            assertEquals(prompt.length + first.tokens.size() - 1, next.cachedTokens);
            assertEquals(LANGUAGE.greedy(turn, 20), next.tokens);
        }
    }

    @Test
    void theLastTokenOfThePromptIsEvaluatedEvenIfAllOfItIsCached() {
        int[] prompt = Requests.prompt(random, 64);
        try (GeneratorBench bench = new GeneratorBench(256, 64, 1)) {
            CollectingSink first = run(bench, prompt, 5);
            CollectingSink again = run(bench, prompt, 5);
            assertEquals(63, again.cachedTokens);
            assertEquals(first.tokens, again.tokens);
        }
    }

    @Test
    void promptsThatPartInsideABlockCopyWhatIsEqual() {
        int[] one = Requests.prompt(random, 90);
        int[] other = one.clone();
        other[70]++;
        try (GeneratorBench bench = new GeneratorBench(256, 64, 2)) {
            CollectingSink first = run(bench, one, 30);
            CollectingSink second = new CollectingSink();
            CollectingSink third = new CollectingSink();
            bench.submit(Requests.greedy(other, 30, second));
            bench.submit(Requests.greedy(one, 30, third));
            bench.stepAll();
            assertEquals(70, second.cachedTokens);
            assertEquals(LANGUAGE.greedy(other, 30), second.tokens);
            assertEquals(first.tokens, third.tokens);
        }
    }

    @Test
    void recurrentStateIsNeverReused() {
        int[] prompt = Requests.prompt(random, 70);
        try (GeneratorBench bench = new GeneratorBench(128, 64, 2, Map.of("general.architecture", "fake-recurrent"))) {
            for (int i = 0; i < 3; i++) {
                CollectingSink sink = run(bench, prompt, 30);
                assertEquals(0, sink.cachedTokens);
                assertEquals(LANGUAGE.greedy(prompt, 30), sink.tokens);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fake", "fake-recurrent"})
    void aFullContextKeepsItsStartAndDropsHalfOfTheRest(String architecture) {
        int context = 64;
        int keep = 40;
        int[] prompt = Requests.prompt(random, 50);
        try (GeneratorBench bench = new GeneratorBench(context, 24, 1, Map.of("general.architecture", architecture))) {
            CollectingSink sink = new CollectingSink();
            bench.submit(new TokenRequest(prompt, Requests.GREEDY, 100, keep, true, -1, -1, true, Optional.empty(), Cancellation.none(), sink));
            bench.stepAll();
            assertEquals(shifted(prompt, 100, context, keep), sink.tokens);
            assertEquals(FinishReason.LENGTH, sink.reason.orElseThrow());
        }
    }

    @Test
    void theBeginTokenIsKeptBesides() {
        int[] prompt = Requests.prompt(random, 30);
        prompt[0] = FakeLanguage.BEGIN;
        try (GeneratorBench bench = new GeneratorBench(32, 32, 1, Map.of("general.architecture", "fake", "fake.add_begin", true))) {
            CollectingSink sink = new CollectingSink();
            bench.submit(new TokenRequest(prompt, Requests.GREEDY, 50, 0, true, -1, -1, true, Optional.empty(), Cancellation.none(), sink));
            bench.stepAll();
            assertEquals(shifted(prompt, 50, 32, 1), sink.tokens);
        }
    }

    @Test
    void aPromptThatIsKeptWholeMovesOneTokenAtATime() {
        int[] prompt = Requests.prompt(random, 32);
        try (GeneratorBench bench = new GeneratorBench(32, 32, 1)) {
            CollectingSink sink = new CollectingSink();
            bench.submit(new TokenRequest(prompt, Requests.GREEDY, 10, -1, true, -1, -1, true, Optional.empty(), Cancellation.none(), sink));
            bench.stepAll();
            assertEquals(shifted(prompt, 10, 32, 31), sink.tokens);
        }
    }

    @Test
    void withoutShiftAFullContextEndsTheGeneration() {
        int[] prompt = Requests.prompt(random, 20);
        try (GeneratorBench bench = new GeneratorBench(32, 32, 1)) {
            CollectingSink sink = new CollectingSink();
            bench.submit(new TokenRequest(prompt, Requests.GREEDY, 100, 0, false, -1, -1, true, Optional.empty(), Cancellation.none(), sink));
            bench.stepAll();
            // 12 positions are left, and one more token comes from the last of them
            assertEquals(13, sink.tokens.size());
            assertEquals(FinishReason.LENGTH, sink.reason.orElseThrow());
        }
    }

    @Test
    void anUnlimitedOutputEndsAfterTenContexts() {
        try (GeneratorBench bench = new GeneratorBench(32, 32, 1)) {
            CollectingSink sink = new CollectingSink();
            bench.submit(unending(new int[] {9}, 0, sink));
            bench.stepAll();
            assertEquals(320, sink.outputTokens);
            assertEquals(320, sink.tokens.size());
        }
    }

    @Test
    void whoCancelsLeavesBeforeTheNextStep() {
        try (GeneratorBench bench = new GeneratorBench(256, 16, 1)) {
            Cancellation reading = new Cancellation();
            Cancellation waiting = new Cancellation();
            CollectingSink first = new CollectingSink();
            CollectingSink second = new CollectingSink();
            CollectingSink third = new CollectingSink();
            int[] prompt = Requests.prompt(random, 200);
            bench.submit(Requests.greedy(prompt, 3, reading, first));
            bench.submit(Requests.greedy(prompt, 3, waiting, second));
            bench.submit(Requests.greedy(prompt, 3, third));
            bench.generator.step();
            bench.generator.step();
            bench.generator.step();
            reading.cancel();
            waiting.cancel();
            bench.generator.step();
            assertEquals(ErrorCode.REQUEST_CANCELLED, first.failure.orElseThrow().code());
            assertEquals(ErrorCode.REQUEST_CANCELLED, second.failure.orElseThrow().code());
            assertEquals(48, third.cachedTokens, "what the first had read is used by the third");
            bench.stepAll();
            assertEquals(LANGUAGE.greedy(prompt, 3), third.tokens);
            assertEquals(List.of(1, 1, 1), List.of(first.ends, second.ends, third.ends));
        }
    }

    @Test
    void aStepThatFailsCostsItsSequencesOnly() {
        try (GeneratorBench bench = new GeneratorBench(128, 16, 1)) {
            CollectingSink failing = new CollectingSink();
            CollectingSink next = new CollectingSink();
            int[] prompt = Requests.prompt(random, 80);
            bench.submit(Requests.greedy(prompt, 5, failing));
            bench.submit(Requests.greedy(prompt, 5, next));
            bench.generator.step();
            bench.generator.step();
            bench.device.watcher = inputs -> {
                throw new IllegalStateException("lost the device");
            };
            bench.generator.step();
            bench.device.watcher = inputs -> { };
            assertEquals(ErrorCode.DEVICE_FAILED, failing.failure.orElseThrow().code());
            assertTrue(failing.failure.orElseThrow().getMessage().contains("lost the device"));
            assertEquals(0, bench.memory.pool().idle(), "what a broken device wrote is not reused");
            bench.stepAll();
            assertEquals(0, next.cachedTokens);
            assertEquals(LANGUAGE.greedy(prompt, 5), next.tokens);
        }
    }

    @Test
    void runningOutOfMemoryInAStepIsAnAnswer() {
        try (GeneratorBench bench = new GeneratorBench(128, 16, 2)) {
            CollectingSink sink = new CollectingSink();
            bench.submit(Requests.greedy(new int[] {9}, 5, sink));
            bench.device.watcher = inputs -> {
                throw new OutOfMemoryError("a test");
            };
            bench.stepAll();
            assertEquals(ErrorCode.OUT_OF_MEMORY, sink.failure.orElseThrow().code());
        }
    }

    @Test
    void stateThatCannotBeClearedFailsItsSequenceOnly() {
        try (GeneratorBench bench = new GeneratorBench(128, 16, 1, Map.of("general.architecture", "fake-recurrent"))) {
            CollectingSink bad = new CollectingSink();
            CollectingSink good = new CollectingSink();
            bench.submit(Requests.greedy(new int[] {9}, 5, bad));
            bench.submit(Requests.greedy(new int[] {9}, 5, good));
            bench.device.onClear = () -> {
                bench.device.onClear = () -> { };
                throw new IllegalStateException("lost the device");
            };
            bench.stepAll();
            assertEquals(ErrorCode.DEVICE_FAILED, bad.await().failure.orElseThrow().code());
            assertEquals(1, bad.ends);
            assertEquals(LANGUAGE.greedy(new int[] {9}, 5), good.await().tokens);
        }
    }

    @Test
    void aReceiverThatThrowsHarmsNoOther() {
        try (GeneratorBench bench = new GeneratorBench(128, 16, 2)) {
            CollectingSink bad = new CollectingSink();
            CollectingSink good = new CollectingSink();
            bad.onToken = () -> {
                throw new AssertionError("a test");
            };
            int[] prompt = Requests.prompt(random, 5);
            bench.submit(Requests.greedy(prompt, 9, bad));
            bench.submit(Requests.greedy(prompt, 9, good));
            bench.stepAll();
            assertEquals(ErrorCode.INTERNAL, bad.failure.orElseThrow().code());
            assertEquals(LANGUAGE.greedy(prompt, 9), good.tokens);
        }
    }

    @Test
    void logProbabilitiesAreOfTheRawScores() {
        int[] prompt = Requests.prompt(random, 5);
        SamplingOptions biased = new SamplingOptions(0, 0, 1, 0, 1, 0, 1, 0, 0, 1, Map.of(77, 100.0));
        try (GeneratorBench bench = new GeneratorBench(128, 16, 2)) {
            CollectingSink sink = new CollectingSink();
            bench.submit(new TokenRequest(prompt, biased, 1, 0, true, 3, -1, false, Optional.empty(), Cancellation.none(), sink));
            bench.stepAll();
            assertEquals(List.of(77), sink.tokens);

            FakeLanguage.State state = LANGUAGE.start();
            for (int i = 0; i < prompt.length; i++) {
                state = state.next(prompt[i], i);
            }
            float[] scores = new float[FakeLanguage.VOCABULARY];
            LANGUAGE.scores(state, scores);
            double sum = 0;
            for (float score : scores) {
                sum += Math.exp(score);
            }
            assertEquals(scores[77] - Math.log(sum), sink.logprobs.getFirst(), 1e-5);
            Integer[] order = new Integer[scores.length];
            Arrays.setAll(order, i -> i);
            Arrays.sort(order, (a, b) -> Float.compare(scores[b], scores[a]));
            assertArrayEquals(new int[] {order[0], order[1], order[2]}, sink.topIds.getFirst());
            assertEquals(scores[order[2]] - Math.log(sum), sink.topLogprobs.getFirst()[2], 1e-5);
        }
    }

    @Test
    void drawsDependOnTheSeedAndNotOnTheNeighbours() {
        int[] prompt = Requests.prompt(random, 40);
        SamplingOptions drawn = new SamplingOptions(1, 40, 0.9, 0, 1, 64, 1.1, 0.1, 0.1, 7, Map.of());
        List<Integer> alone;
        try (GeneratorBench bench = new GeneratorBench(256, 16, 4)) {
            CollectingSink sink = new CollectingSink();
            bench.submit(new TokenRequest(prompt, drawn, 50, 0, true, -1, -1, true, Optional.empty(), Cancellation.none(), sink));
            bench.stepAll();
            alone = sink.tokens;
        }
        try (GeneratorBench bench = new GeneratorBench(256, 16, 4)) {
            CollectingSink sink = new CollectingSink();
            bench.submit(new TokenRequest(Requests.prompt(random, 30), drawn, 50, 0, true, -1, -1, true, Optional.empty(), Cancellation.none(), new CollectingSink()));
            bench.generator.step();
            bench.submit(new TokenRequest(prompt, drawn, 50, 0, true, -1, -1, true, Optional.empty(), Cancellation.none(), sink));
            bench.submit(new TokenRequest(prompt, Requests.GREEDY, 50, 0, true, -1, -1, true, Optional.empty(), Cancellation.none(), new CollectingSink()));
            bench.stepAll();
            assertEquals(alone, sink.tokens);
            assertFalse(alone.equals(LANGUAGE.greedy(prompt, 50)));
        }
    }

    @Test
    void scoresThatAreNoNumbersFailTheirSequence() {
        Map<Integer, Double> all = new HashMap<>();
        for (int id = 0; id < FakeLanguage.VOCABULARY; id++) {
            all.put(id, Double.NaN);
        }
        SamplingOptions noNumbers = new SamplingOptions(0, 0, 1, 0, 1, 0, 1, 0, 0, 1, all);
        try (GeneratorBench bench = new GeneratorBench(128, 16, 2)) {
            CollectingSink sink = new CollectingSink();
            bench.submit(new TokenRequest(new int[] {9}, noNumbers, 1, 0, true, -1, -1, false, Optional.empty(), Cancellation.none(), sink));
            bench.stepAll();
            RuntimeFailure failure = sink.failure.orElseThrow();
            assertEquals(ErrorCode.DEVICE_FAILED, failure.code());
        }
    }

    /** The continuation of a model that is asked anew for each token, with the history cut as the rule for full contexts says. */
    private static List<Integer> shifted(int[] prompt, int most, int context, int keep) {
        List<Integer> history = new ArrayList<>(Arrays.stream(prompt).boxed().toList());
        List<Integer> output = new ArrayList<>();
        float[] scores = new float[FakeLanguage.VOCABULARY];
        while (output.size() < most) {
            if (history.size() > context) {
                int discard = Math.max((context - keep) / 2, 1);
                history.subList(keep, keep + discard).clear();
            }
            FakeLanguage.State state = LANGUAGE.start();
            for (int i = 0; i < history.size(); i++) {
                state = state.next(history.get(i), i);
            }
            LANGUAGE.scores(state, scores);
            output.add(FakeLanguage.argmax(scores));
            history.add(output.getLast());
        }
        return output;
    }

    private static CollectingSink run(GeneratorBench bench, int[] prompt, int most) {
        CollectingSink sink = new CollectingSink();
        bench.submit(Requests.greedy(prompt, most, sink));
        bench.stepAll();
        assertEquals(1, sink.ends);
        return sink;
    }

    private static TokenRequest unending(int[] prompt, int most, CollectingSink sink) {
        return new TokenRequest(prompt, Requests.GREEDY, most, 0, true, -1, -1, true, Optional.empty(), Cancellation.none(), sink);
    }

    private static int[] concat(int[] a, List<Integer> b, int[] c) {
        List<Integer> all = new ArrayList<>();
        for (int i : a) {
            all.add(i);
        }
        all.addAll(b);
        for (int i : c) {
            all.add(i);
        }
        return all.stream().mapToInt(i -> i).toArray();
    }
}
