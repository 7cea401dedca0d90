package dev.runtime.kernel.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.inference.SamplingOptions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SamplerTests {
    private static final int VOCABULARY = 300;
    private static final int CONTEXT = 50;

    private final SamplingBuffers buffers = new SamplingBuffers(VOCABULARY);

    @Test
    void drawsAsTheRulesWrittenDownWithLists() {
        Random random = new Random(11);
        for (int round = 0; round < 1_000; round++) {
            SamplingOptions options = anyOptions(random);
            long seed = random.nextLong();
            Sampler sampler = new Sampler(options, seed, CONTEXT, Optional.empty());
            TokenRandom draws = new TokenRandom(seed);
            List<Integer> history = new ArrayList<>();
            int length = random.nextInt(CONTEXT);
            for (int i = 0; i < length; i++) {
                history.add(random.nextInt(40));
                sampler.accept(history.getLast());
            }
            for (int step = 0; step < 3; step++) {
                float[] logits = anyLogits(random);
                int expected = NaiveSampler.draw(logits, options, history, draws.nextDouble());
                String what = "round " + round + " step " + step + " " + options;
                int token = sample(sampler, logits);
                assertEquals(expected, token, what);
                history.add(token);
                sampler.accept(token);
            }
        }
    }

    @Test
    void onlyTokensThatPassAllFiltersAreDrawn() {
        Random random = new Random(12);
        for (int round = 0; round < 100; round++) {
            SamplingOptions options = anyOptions(random);
            float[] logits = anyLogits(random);
            Sampler sampler = new Sampler(options, random.nextLong(), CONTEXT, Optional.empty());
            TreeSet<Integer> drawn = new TreeSet<>();
            for (int i = 0; i < 100; i++) {
                drawn.add(sample(sampler, logits));
            }
            List<Integer> kept = NaiveSampler.kept(logits, options, List.of());
            assertTrue(kept.containsAll(drawn), () -> drawn + " of " + kept + " " + options);
        }
    }

    @Test
    void drawsFollowTheProbabilities() {
        Random random = new Random(13);
        float[] logits = new float[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            logits[i] = (float) random.nextGaussian() * 2;
        }
        for (SamplingOptions options : List.of(options(1, 0, 1, 0, 1), options(0.7, 20, 1, 0, 1), options(1.5, 0, 0.8, 0, 1),
                options(1, 0, 1, 0.05, 1), options(1, 0, 1, 0, 0.7))) {
            int draws = 10_000;
            int[] counts = new int[VOCABULARY];
            Sampler sampler = new Sampler(options, 99, CONTEXT, Optional.empty());
            for (int i = 0; i < draws; i++) {
                counts[sample(sampler, logits)]++;
            }
            double[] p = NaiveSampler.probabilities(logits, options, List.of());
            // classes that are expected at least five times; the rest is one class
            double chiSquare = 0;
            int classes = 0;
            double restExpected = 0;
            double restSeen = 0;
            for (int i = 0; i < VOCABULARY; i++) {
                double expected = p[i] * draws;
                if (expected >= 5) {
                    chiSquare += (counts[i] - expected) * (counts[i] - expected) / expected;
                    classes++;
                } else {
                    restExpected += expected;
                    restSeen += counts[i];
                }
            }
            if (restExpected >= 5) {
                chiSquare += (restSeen - restExpected) * (restSeen - restExpected) / restExpected;
                classes++;
            } else {
                assertTrue(restSeen <= 20, "drawn although nearly or fully excluded: " + restSeen);
            }
            // mean and variance of chi-square are n and 2n: five standard deviations
            int freedom = classes - 1;
            assertTrue(chiSquare < freedom + 5 * Math.sqrt(2.0 * freedom), chiSquare + " with " + freedom + " " + options);
        }
    }

    @Test
    void temperatureZeroTakesTheFirstOfTheBestAfterPenalties() {
        float[] logits = new float[VOCABULARY];
        logits[30] = 4;
        logits[20] = 4;
        logits[10] = 3;
        Sampler plain = new Sampler(options(0, 40, 0.9, 0.5, 0.1), 1, CONTEXT, Optional.empty());
        assertEquals(20, sample(plain, logits));

        SamplingOptions repeat = new SamplingOptions(0, 40, 1, 0, 1, 2, 2, 0, 0, 1, Map.of());
        Sampler penalized = new Sampler(repeat, 1, CONTEXT, Optional.empty());
        penalized.accept(20);
        penalized.accept(30);
        assertEquals(10, sample(penalized, logits));
        penalized.accept(10);
        assertEquals(20, sample(penalized, logits), "the window has two tokens");
    }

    @Test
    void aNegativeTemperatureIsZero() {
        float[] logits = new float[VOCABULARY];
        logits[7] = 1;
        assertEquals(7, sample(new Sampler(options(-1, 0, 1, 0, 1), 1, CONTEXT, Optional.empty()), logits));
    }

    @Test
    void biasIsAddedAndUnknownTokensInItAreIgnored() {
        float[] logits = new float[VOCABULARY];
        SamplingOptions biased = new SamplingOptions(0, 0, 1, 0, 1, 0, 1, 0, 0, 1, Map.of(5, 2.0, VOCABULARY, 9.0, -1, 9.0));
        assertEquals(5, sample(new Sampler(biased, 1, CONTEXT, Optional.empty()), logits));
    }

    @Test
    void noValueOfAnOptionMakesScoresInfinite() {
        float[] logits = new float[VOCABULARY];
        logits[7] = 1;
        double huge = 1e300;
        for (SamplingOptions extreme : List.of(
                new SamplingOptions(0, 0, 1, 0, 1, -1, Double.MIN_VALUE, 0, 0, 1, Map.of()),
                new SamplingOptions(0, 0, 1, 0, 1, -1, huge, -huge, -huge, 1, Map.of(7, huge)),
                new SamplingOptions(0, 0, 1, 0, 1, -1, 1, -huge, huge, 1, Map.of(7, huge)))) {
            Sampler sampler = new Sampler(extreme, 1, CONTEXT, Optional.empty());
            sampler.accept(7);
            sampler.accept(7);
            assertNotEquals(Sampler.NONE, sample(sampler, logits), extreme::toString);
        }
    }

    @Test
    void aMaskComesFirstAndIsToldOfTheToken() {
        List<Integer> accepted = new ArrayList<>();
        TokenMask even = new TokenMask() {
            @Override
            public boolean known() {
                return accepted.size() % 2 == 0;
            }

            @Override
            public boolean allows(int token) {
                return token % 2 == 0;
            }

            @Override
            public boolean apply(float[] logits) {
                for (int i = 1; i < logits.length; i += 2) {
                    logits[i] = Float.NEGATIVE_INFINITY;
                }
                return true;
            }

            @Override
            public void accept(int token) {
                accepted.add(token);
            }
        };
        Random random = new Random(14);
        Sampler sampler = new Sampler(options(5, 10, 1, 0, 1), 1, CONTEXT, Optional.of(even));
        List<Integer> drawn = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            drawn.add(sample(sampler, anyLogits(random)));
        }
        assertTrue(drawn.stream().allMatch(t -> t % 2 == 0));
        assertEquals(drawn, accepted);
    }

    @Test
    void withoutAFiniteBestScoreThereIsNoToken() {
        Sampler sampler = new Sampler(options(1, 0, 1, 0, 1), 1, CONTEXT, Optional.empty());
        float[] logits = new float[VOCABULARY];
        Arrays.fill(logits, Float.NaN);
        assertEquals(Sampler.NONE, sample(sampler, logits));
        Arrays.fill(logits, Float.NEGATIVE_INFINITY);
        assertEquals(Sampler.NONE, sample(sampler, logits));
        logits[3] = Float.POSITIVE_INFINITY;
        assertEquals(Sampler.NONE, sample(sampler, logits));
        logits[3] = 1;
        logits[4] = Float.NaN;
        assertEquals(3, sample(sampler, logits), "the one number");
    }

    @Test
    void aSeedGivesTheSameDrawsEverywhere() {
        // first outputs of SplitMix64 from seed 1234567, from the published reference
        TokenRandom random = new TokenRandom(1234567);
        long[] first = {random.nextLong(), random.nextLong(), random.nextLong()};
        assertArrayEquals(new long[] {6457827717110365317L, 3203168211198807973L, -8629252141511181193L}, first);
    }

    private int sample(Sampler sampler, float[] logits) {
        System.arraycopy(logits, 0, buffers.logits(), 0, logits.length);
        return sampler.sample(buffers);
    }

    private static SamplingOptions options(double temperature, int topK, double topP, double minP, double typicalP) {
        return new SamplingOptions(temperature, topK, topP, minP, typicalP, 0, 1, 0, 0, 1, Map.of());
    }

    private static SamplingOptions anyOptions(Random random) {
        return new SamplingOptions(0.1 + 2 * random.nextDouble(),
                random.nextBoolean() ? 0 : 1 + random.nextInt(VOCABULARY + 10),
                random.nextBoolean() ? 1 : random.nextDouble(),
                random.nextBoolean() ? 0 : random.nextDouble() / 2,
                random.nextInt(3) > 0 ? 1 : random.nextDouble(),
                random.nextInt(3) == 0 ? -1 : random.nextInt(CONTEXT),
                random.nextBoolean() ? 1 : 0.5 + random.nextDouble(),
                random.nextBoolean() ? 0 : random.nextDouble(),
                random.nextBoolean() ? 0 : random.nextDouble(),
                1, random.nextBoolean() ? Map.of() : Map.of(3, 5.0, 8, -100.0));
    }

    /** Scores of different shapes, many of them equal. */
    private static float[] anyLogits(Random random) {
        float[] logits = new float[VOCABULARY];
        float spread = 1 + random.nextInt(6);
        boolean ties = random.nextBoolean();
        for (int i = 0; i < logits.length; i++) {
            float value = (float) random.nextGaussian() * spread;
            logits[i] = ties ? Math.round(value) : value;
        }
        return logits;
    }
}
