package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.SamplingOptions;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.FakeStack;
import dev.runtime.kernel.testing.Requests;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A model whose step takes 20 ms and one more for each token, and a draft model whose step takes as long as a test says. Both speak noise from
 * all tokens in their caches, so that a draft model with a wrong cache guesses wrong. The output without guesses is the oracle.
 */
class DraftModelTests {
    private static final long MILLISECOND = 1_000_000;
    private static final String SAME = "";
    private static final String OTHER = "x";

    @TempDir
    Path folder;

    private final Random random = new Random(5);

    /** What a run gave. */
    private record Run(List<List<Integer>> outputs, long nanos, int steps) {}

    private static Run run(List<int[]> prompts, SamplingOptions sampling, int drafts, String draftScript, int draftContext, long perGuess, int most) {
        try (GeneratorBench bench = new GeneratorBench(512, 256, prompts.size(), SAME, draftContext, draftScript)) {
            bench.device.watcher = inputs -> bench.time.addAndGet(20 * MILLISECOND + MILLISECOND * inputs.tokens());
            bench.draftDevice.watcher = _ -> bench.time.addAndGet(perGuess);
            List<CollectingSink> sinks = new ArrayList<>();
            for (int[] prompt : prompts) {
                CollectingSink sink = new CollectingSink();
                sinks.add(sink);
                bench.submit(request(prompt, sampling, drafts, most, sink));
            }
            int steps = bench.stepAll();
            sinks.forEach(sink -> assertEquals(1, sink.ends));
            return new Run(sinks.stream().map(sink -> sink.tokens).toList(), bench.time.get(), steps);
        }
    }

    private static TokenRequest request(int[] prompt, SamplingOptions sampling, int drafts, int most, CollectingSink sink) {
        return new TokenRequest(prompt, sampling, most, 0, true, 3, drafts, true, Optional.empty(), Cancellation.none(), sink);
    }

    private List<int[]> prompts(int count, int length) {
        List<int[]> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            prompts.add(Requests.prompt(random, length + random.nextInt(40)));
        }
        return prompts;
    }

    @ParameterizedTest
    @CsvSource({"1, 10", "1, 200", "3, 60"})
    void aDraftModelThatSpeaksAlikeGivesManyTokensAStep(int count, int length) {
        List<int[]> prompts = prompts(count, length);
        Run plain = run(prompts, Requests.GREEDY, 0, SAME, 512, MILLISECOND, 150);
        Run guessed = run(prompts, Requests.GREEDY, -1, SAME, 512, MILLISECOND, 150);
        assertEquals(plain.outputs, guessed.outputs);
        assertTrue(plain.nanos > 2 * guessed.nanos, plain.nanos + " and " + guessed.nanos + " ns");
        assertTrue(guessed.steps < 40, guessed.steps + " steps");
    }

    @Test
    void guessesAreAsManyAsARequestAllows() {
        List<int[]> prompts = prompts(1, 10);
        Run guessed = run(prompts, Requests.GREEDY, 2, SAME, 512, 0, 90);
        assertTrue(guessed.steps >= 30 && guessed.steps <= 34, guessed.steps + " steps of three tokens");
    }

    @Test
    void whatNeverComesTrueCostsLittle() {
        // the prompt has a go mark, so the other script says x without end; the model speaks noise
        int[] prompt = Requests.prompt(random, 30);
        prompt[29] = FakeLanguage.GO;
        Run plain = run(List.of(prompt), Requests.GREEDY, 0, OTHER.repeat(600), 512, 5 * MILLISECOND, 400);
        Run guessed = run(List.of(prompt), Requests.GREEDY, -1, OTHER.repeat(600), 512, 5 * MILLISECOND, 400);
        assertEquals(plain.outputs, guessed.outputs);
        assertTrue(guessed.nanos <= 1.03 * plain.nanos, plain.nanos + " and " + guessed.nanos + " ns");
    }

    @Test
    void aDraftModelAsSlowAsTheModelIsLeftAlone() {
        List<int[]> prompts = prompts(1, 10);
        Run plain = run(prompts, Requests.GREEDY, 0, SAME, 512, 40 * MILLISECOND, 400);
        Run guessed = run(prompts, Requests.GREEDY, -1, SAME, 512, 40 * MILLISECOND, 400);
        assertEquals(plain.outputs, guessed.outputs);
        assertTrue(guessed.nanos <= 1.12 * plain.nanos, plain.nanos + " and " + guessed.nanos + " ns");
    }

    @ParameterizedTest
    @CsvSource({"0.7, 40, 0.95", "1.2, 0, 1.0"})
    void drawsAreTheSameWithAndWithoutGuesses(double temperature, int topK, double topP) {
        SamplingOptions sampling = new SamplingOptions(temperature, topK, topP, 0, 1, 64, 1.05, 0.1, 0.1, 11, Map.of());
        for (int round = 0; round < 10; round++) {
            List<int[]> prompts = prompts(1 + round % 3, 1 + 20 * round);
            Run plain = run(prompts, sampling, 0, SAME, 512, MILLISECOND, 120);
            Run guessed = run(prompts, sampling, -1, SAME, 512, MILLISECOND, 120);
            assertEquals(plain.outputs, guessed.outputs);
        }
    }

    @Test
    void fullContextsChangeNothing() {
        List<int[]> prompts = prompts(2, 60);
        Run plain = run(prompts, Requests.GREEDY, 0, SAME, 512, MILLISECOND, 1_500);
        Run guessed = run(prompts, Requests.GREEDY, -1, SAME, 512, MILLISECOND, 1_500);
        assertEquals(plain.outputs, guessed.outputs);
        assertTrue(plain.nanos > 2 * guessed.nanos, plain.nanos + " and " + guessed.nanos + " ns");
        assertEquals(plain.outputs, run(prompts, Requests.GREEDY, -1, SAME, 128, MILLISECOND, 1_500).outputs, "a draft model with a short context");
    }

    @Test
    void aDraftModelThatFailsIsNotAskedAgain() {
        int[] prompt = Requests.prompt(random, 40);
        Run plain = run(List.of(prompt), Requests.GREEDY, 0, SAME, 512, 0, 300);
        try (GeneratorBench bench = new GeneratorBench(512, 256, 1, SAME, 512, SAME)) {
            bench.device.watcher = inputs -> bench.time.addAndGet(20 * MILLISECOND + MILLISECOND * inputs.tokens());
            AtomicInteger asked = new AtomicInteger();
            bench.draftDevice.watcher = _ -> {
                if (asked.incrementAndGet() > 9) {
                    throw new IllegalStateException("the test says so");
                }
            };
            CollectingSink sink = new CollectingSink();
            bench.submit(request(prompt, Requests.GREEDY, -1, 300, sink));
            bench.stepAll();
            assertEquals(plain.outputs, List.of(sink.tokens));
            assertEquals(10, asked.get());
        }
    }

    private static StoredModel with(StoredModel model, StoredModel draft) {
        return new StoredModel(model.info(), model.weights(), List.of(), List.of(), Optional.of(draft.weights()), Optional.empty(), Optional.empty(),
                Map.of(), List.of(), List.of(), "", "");
    }

    @Test
    void aLoadedModelHasItsDraftModelAndCountsItsMemory() {
        FakeStack stack = new FakeStack(folder);
        StoredModel plain = stack.model("m", Map.of());
        EngineOptions options = new EngineOptions(256, 0, 1, 0, Optional.empty(), TensorType.F16);
        long alone;
        try (EngineModel model = stack.load(plain, options)) {
            alone = model.bytes();
            assertEquals(2, stack.device.open.get());
        }
        try (EngineModel model = stack.load(with(plain, stack.model("d", Map.of())), options)) {
            assertTrue(model.bytes() > alone, model.bytes() + " and " + alone);
            assertEquals(4, stack.device.open.get());
        }
        assertEquals(0, stack.device.open.get());
    }

    @Test
    void whatCannotGuessIsRefused() {
        FakeStack stack = new FakeStack(folder);
        StoredModel plain = stack.model("m", Map.of());
        refused(stack, with(plain, stack.model("d", Map.of("fake.pooling", "MEAN"))), "does not continue texts");
        refused(stack, with(plain, stack.model("d", Map.of("general.architecture", "fake-recurrent"))), "state that cannot go back");
        refused(stack, with(plain, stack.model("d", Map.of("fake.marks", "foreign"))), "token 256 is \"foreign\" there and \"<s>\" in the model");
    }

    private static void refused(FakeStack stack, StoredModel model, String reason) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> stack.load(model, EngineOptions.AUTOMATIC));
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, failure.code());
        assertTrue(failure.getMessage().contains(reason), failure.getMessage());
        assertEquals(0, stack.device.open.get());
    }
}
