package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.SamplingOptions;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.Requests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** On a device whose step takes 20 ms and as much more for each token as a test says; the output without guesses is the oracle. */
class SpeculationTests {
    private static final String VERSE = "row, row, row your boat, gently down the stream. ";
    private static final long MILLISECOND = 1_000_000;

    private final Random random = new Random(3);

    /** What a run gave. */
    private record Run(List<Integer> tokens, long nanos, int steps) {}

    private static Run run(String script, int[] prompt, SamplingOptions sampling, int drafts, long perToken, int most) {
        try (GeneratorBench bench = new GeneratorBench(1_024, 512, 1, Map.of("general.architecture", "fake", "fake.context", 1_024L), script)) {
            bench.device.watcher = inputs -> bench.time.addAndGet(20 * MILLISECOND + perToken * inputs.tokens());
            CollectingSink sink = new CollectingSink();
            bench.submit(new TokenRequest(prompt, sampling, most, 0, true, 3, drafts, true, Optional.empty(), Cancellation.none(), sink));
            int steps = bench.stepAll();
            assertEquals(1, sink.ends);
            assertEquals(sink.tokens.size(), sink.outputTokens);
            return new Run(sink.tokens, bench.time.get(), steps);
        }
    }

    private static int[] goAfter(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] prompt = new int[bytes.length + 1];
        for (int i = 0; i < bytes.length; i++) {
            prompt[i] = bytes[i] & 0xFF;
        }
        prompt[bytes.length] = FakeLanguage.GO;
        return prompt;
    }

    @Test
    void aTextThatRepeatsItsPromptComesInFewSteps() {
        String script = VERSE.repeat(4);
        Run plain = run(script, goAfter(VERSE), Requests.GREEDY, 0, MILLISECOND, script.length());
        Run guessed = run(script, goAfter(VERSE), Requests.GREEDY, -1, MILLISECOND, script.length());
        assertEquals(plain.tokens, guessed.tokens);
        assertEquals(script.length(), plain.steps);
        assertTrue(plain.nanos > 3 * guessed.nanos, plain.nanos + " and " + guessed.nanos + " ns");
    }

    @Test
    void whatNeverComesTrueCostsNothing() {
        int[] prompt = Requests.prompt(random, 300);
        // runs that stand there before, each with another continuation than the model's noise
        for (int i = 0; i < 300; i++) {
            prompt[i] = i % 7;
        }
        Run plain = run("", prompt, Requests.GREEDY, 0, 5 * MILLISECOND, 400);
        Run guessed = run("", prompt, Requests.GREEDY, -1, 5 * MILLISECOND, 400);
        assertEquals(plain.tokens, guessed.tokens);
        assertTrue(guessed.nanos <= 1.01 * plain.nanos, plain.nanos + " and " + guessed.nanos + " ns");
    }

    @Test
    void whereTokensCostAsMuchAsStepsNothingIsGuessed() {
        String script = VERSE.repeat(4);
        Run guessed = run(script, goAfter(VERSE), Requests.GREEDY, -1, 500 * MILLISECOND, script.length());
        assertEquals(script.length(), guessed.steps);
    }

    @ParameterizedTest
    @CsvSource({"0.7, 40, 0.95", "1.2, 0, 1.0", "0, 0, 1.0"})
    void drawsAreTheSameWithAndWithoutGuesses(double temperature, int topK, double topP) {
        SamplingOptions sampling = new SamplingOptions(temperature, topK, topP, 0, 1, 64, 1.05, 0.1, 0.1, 11, Map.of());
        for (int round = 0; round < 20; round++) {
            String script = VERSE.substring(round % 5).repeat(3) + round;
            int[] prompt = goAfter(VERSE + "x".repeat(random.nextInt(70)));
            Run plain = run(script, prompt, sampling, 0, MILLISECOND / 2, 250);
            Run guessed = run(script, prompt, sampling, -1, MILLISECOND / 2, 250);
            assertEquals(plain.tokens, guessed.tokens);
        }
    }

    @Test
    void aContextThatIsFullMeanwhileChangesNothing() {
        String script = VERSE.repeat(30);
        Run plain = run(script, goAfter(VERSE), Requests.GREEDY, 0, MILLISECOND, 1_800);
        Run guessed = run(script, goAfter(VERSE), Requests.GREEDY, -1, MILLISECOND, 1_800);
        assertEquals(plain.tokens, guessed.tokens);
    }

    @Test
    void stateThatCannotGoBackIsNotGuessedAhead() {
        try (GeneratorBench bench = new GeneratorBench(512, 512, 1, Map.of("general.architecture", "fake-recurrent"), VERSE.repeat(3))) {
            bench.device.watcher = inputs -> bench.time.addAndGet(20 * MILLISECOND + inputs.tokens());
            CollectingSink sink = new CollectingSink();
            bench.submit(Requests.greedy(goAfter(VERSE), 100, sink));
            assertEquals(100, bench.stepAll());
        }
    }

    /** Guesses may fill a block at the very end: what ends anywhere must leave books that evictions can follow. */
    @Test
    void repliesThatEndAnywhereLeaveTheCacheInOrder() {
        String script = VERSE.repeat(4);
        try (GeneratorBench bench = new GeneratorBench(256, 256, 1, Map.of("general.architecture", "fake"), script)) {
            bench.device.watcher = inputs -> bench.time.addAndGet(20 * MILLISECOND + inputs.tokens());
            for (int round = 0; round < 300; round++) {
                int most = 1 + random.nextInt(150);
                int[] prompt = goAfter(VERSE.substring(random.nextInt(9)) + "y".repeat(random.nextInt(40)));
                CollectingSink sink = new CollectingSink();
                bench.submit(new TokenRequest(prompt, Requests.GREEDY, most, 0, true, -1, -1, true, Optional.empty(), Cancellation.none(), sink));
                bench.stepAll();
                byte[] expected = script.substring(0, most).getBytes(StandardCharsets.UTF_8);
                for (int i = 0; i < most; i++) {
                    assertEquals(expected[i], sink.tokens.get(i).byteValue(), "token " + i + " of round " + round);
                }
            }
        }
    }
}
