package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.StepInputs;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoredSequenceTests {
    private static final FakeLanguage LANGUAGE = new FakeLanguage("");
    private static final double ROUNDING = 1e-12;

    private final Random random = new Random(11);

    @ParameterizedTest
    @CsvSource({"fake, 2, 1", "fake, 33, 1", "fake, 200, 1", "fake, 200, 100", "fake, 256, 255", "fake-recurrent, 150, 60"})
    void aScoreIsTheTokensShareOfAllScores(String architecture, int length, int from) {
        int[] window = Requests.prompt(random, length);
        try (GeneratorBench bench = new GeneratorBench(256, 64, 2, Map.of("general.architecture", architecture))) {
            CompletableFuture<double[]> result = submit(bench, window, from);
            bench.stepAll();
            assertArrayEquals(expected(window, from), result.join(), ROUNDING);
        }
    }

    @Test
    void onlyScoredTokensAskForResultsAndTheLastOneIsNotEvaluated() {
        try (GeneratorBench bench = new GeneratorBench(1_024, 512, 1, Map.of("general.architecture", "fake", "fake.context", 1_024L))) {
            List<String> steps = watch(bench);
            submit(bench, Requests.prompt(random, 300), 151);
            bench.stepAll();
            // 64 results a step at most; with the first of them come the 150 tokens before that are only read
            assertEquals(List.of("214 tokens 64 results", "64 tokens 64 results", "21 tokens 21 results"), steps);
        }
    }

    @Test
    void theTextBeforeTheFirstScoredTokenComesFromThePrefixCache() {
        int[] window = Requests.prompt(random, 200);
        try (GeneratorBench bench = new GeneratorBench(256, 256, 1)) {
            submit(bench, window, 100);
            bench.stepAll();
            List<String> steps = watch(bench);
            CompletableFuture<double[]> again = submit(bench, window, 100);
            bench.stepAll();
            // three blocks of 32 lie before position 99
            assertEquals("67 tokens 64 results", steps.getFirst());
            assertArrayEquals(expected(window, 100), again.join(), ROUNDING);
        }
    }

    @Test
    void windowsAndGenerationsShareSteps() {
        int[] prompt = Requests.prompt(random, 20);
        List<int[]> windows = List.of(Requests.prompt(random, 120), Requests.prompt(random, 64), Requests.prompt(random, 7));
        try (GeneratorBench bench = new GeneratorBench(256, 64, 3)) {
            List<Integer> sequences = new ArrayList<>();
            bench.device.watcher = inputs -> sequences.add(inputs.sequences());
            CollectingSink sink = new CollectingSink();
            bench.submit(Requests.greedy(prompt, 12, sink));
            List<CompletableFuture<double[]>> results = windows.stream().map(window -> submit(bench, window, 1)).toList();
            bench.stepAll();
            assertEquals(3, sequences.getFirst());
            assertEquals(LANGUAGE.greedy(prompt, 12), sink.tokens);
            for (int i = 0; i < windows.size(); i++) {
                assertArrayEquals(expected(windows.get(i), 1), results.get(i).join(), ROUNDING);
            }
        }
    }

    @Test
    void aCancelledWindowLeavesItsPlace() {
        try (GeneratorBench bench = new GeneratorBench(256, 32, 1)) {
            Cancellation cancellation = new Cancellation();
            CompletableFuture<double[]> result = new CompletableFuture<>();
            bench.generator.accept(bench.generator.sequence(Requests.prompt(random, 200), 1, cancellation, result));
            bench.generator.step();
            assertFalse(result.isDone());
            cancellation.cancel();
            bench.stepAll();
            assertFailed(ErrorCode.REQUEST_CANCELLED, result);
        }
    }

    @Test
    void scoresThatAreNoNumbersFailTheWindow() {
        try (GeneratorBench bench = new GeneratorBench(256, 64, 2)) {
            bench.device.watcher = inputs -> {
                throw new IllegalStateException("lost the device");
            };
            CompletableFuture<double[]> lost = submit(bench, Requests.prompt(random, 9), 1);
            bench.stepAll();
            assertFailed(ErrorCode.DEVICE_FAILED, lost);

            ScoredSequence damaged = (ScoredSequence) bench.generator.sequence(new int[] {5, 6}, 1, Cancellation.none(), lost);
            float[] logits = new float[FakeLanguage.VOCABULARY];
            logits[9] = Float.NaN;
            EngineModelTests.assertCode(ErrorCode.DEVICE_FAILED, "no probability for token 6", () -> damaged.score(0, logits));
        }
    }

    @Test
    void whatCannotBeScoredIsRefused() {
        try (GeneratorBench bench = new GeneratorBench(64, 64, 1)) {
            EngineModelTests.assertCode(ErrorCode.CONTEXT_EXCEEDED, "65 tokens, the limit is 64", () -> submit(bench, new int[65], 1));
            EngineModelTests.assertCode(ErrorCode.REQUEST_INVALID, "vocabulary ends", () -> submit(bench, new int[] {5, 999}, 1));
            EngineModelTests.assertCode(ErrorCode.REQUEST_INVALID, "choose 1 to 1", () -> submit(bench, new int[] {5, 6}, 0));
            EngineModelTests.assertCode(ErrorCode.REQUEST_INVALID, "choose 1 to 1", () -> submit(bench, new int[] {5, 6}, 2));
        }
    }

    private static CompletableFuture<double[]> submit(GeneratorBench bench, int[] window, int from) {
        CompletableFuture<double[]> result = new CompletableFuture<>();
        bench.generator.accept(bench.generator.sequence(window, from, Cancellation.none(), result));
        return result;
    }

    private static List<String> watch(GeneratorBench bench) {
        List<String> steps = new ArrayList<>();
        bench.device.watcher = (StepInputs inputs) -> steps.add(inputs.tokens() + " tokens " + inputs.outputs() + " results");
        return steps;
    }

    private static void assertFailed(ErrorCode code, CompletableFuture<double[]> result) {
        assertTrue(result.isCompletedExceptionally());
        Throwable cause = result.handle((scores, failure) -> failure).join();
        assertEquals(code, ((RuntimeFailure) (cause instanceof CompletionException e ? e.getCause() : cause)).code());
    }

    /** The definition: the token's exponential over the sum of all, of the language's scores after the tokens before. */
    private static double[] expected(int[] window, int from) {
        DoubleStream.Builder expected = DoubleStream.builder();
        float[] scores = new float[FakeLanguage.VOCABULARY];
        FakeLanguage.State state = LANGUAGE.start();
        for (int i = 0; i < window.length - 1; i++) {
            state = state.next(window[i], i);
            LANGUAGE.scores(state, scores);
            double sum = 0;
            for (float score : scores) {
                sum += Math.exp(score);
            }
            if (i + 1 >= from) {
                expected.add(Math.log(Math.exp(scores[window[i + 1]]) / sum));
            }
        }
        return expected.build().toArray();
    }
}
