package dev.runtime.kernel.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.inference.SamplingOptions;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Mirostat, XTC and DRY against their rules written down plainly. */
class FurtherSamplingTests {
    private static final int VOCABULARY = 50;

    private final Random random = new Random(3);

    @Test
    void mirostatDrawsAsTheRulesWrittenDownWithLists() {
        for (int version = 1; version <= 2; version++) {
            double tau = 2.5;
            double eta = 0.1;
            Sampler sampler = sampler(new SamplingOptions.Mirostat(version, tau, eta), SamplingOptions.Xtc.OFF, 8);
            TokenRandom draws = new TokenRandom(8);
            double mu = 2 * tau;
            double surprise = 0;
            for (int i = 0; i < 2000; i++) {
                float[] logits = logits();
                List<Integer> order = new ArrayList<>(IntStream.range(0, VOCABULARY).boxed().toList());
                order.sort((a, b) -> Float.compare(logits[b], logits[a]));
                double limit = mu;
                List<Integer> left = version == 1 ? order.subList(0, zipfLimit(order, logits, mu))
                        : order.stream().filter(t -> t.equals(order.getFirst()) || -Math.log(share(logits, t)) / Math.log(2) <= limit).toList();
                double sum = left.stream().mapToDouble(t -> Math.exp(logits[t])).sum();
                double u = draws.nextDouble() * sum;
                double mass = 0;
                int expected = left.getLast();
                for (int token : left) {
                    mass += Math.exp(logits[token]);
                    if (mass > u) {
                        expected = token;
                        break;
                    }
                }
                assertEquals(expected, sample(sampler, logits), "version " + version + ", draw " + i);
                double observed = -Math.log(Math.exp(logits[expected]) / sum) / Math.log(2);
                mu -= eta * (observed - tau);
                surprise += i < 500 ? 0 : observed;
            }
            assertEquals(tau, surprise / 1500, 0.1, "version " + version);
        }
    }

    private static int zipfLimit(List<Integer> order, float[] logits, double mu) {
        double products = 0;
        double squares = 0;
        for (int i = 0; i + 1 < order.size(); i++) {
            double t = Math.log((i + 2.0) / (i + 1.0));
            products += t * Math.log(share(logits, order.get(i)) / share(logits, order.get(i + 1)));
            squares += t * t;
        }
        double s = products / squares;
        double epsilon = s - 1;
        double k = Math.pow(epsilon * Math.pow(2, mu) / (1 - Math.pow(VOCABULARY, -epsilon)), 1 / s);
        return (int) Math.min(VOCABULARY, Math.max(1, (long) k));
    }

    @Test
    void mirostatTwoDrawsAmongTokensThatAreNotTooSurprising() {
        double tau = 2;
        Sampler sampler = sampler(new SamplingOptions.Mirostat(2, tau, 0), SamplingOptions.Xtc.OFF, 5);
        float[] logits = logits();
        Set<Integer> expected = new TreeSet<>();
        for (int i = 0; i < VOCABULARY; i++) {
            if (-Math.log(share(logits, i)) / Math.log(2) <= 2 * tau) {
                expected.add(i);
            }
        }
        Set<Integer> drawn = new TreeSet<>();
        for (int i = 0; i < 5000; i++) {
            drawn.add(sample(sampler, logits));
        }
        assertEquals(expected, drawn);
    }

    @Test
    void xtcLeavesOutAllButTheLeastLikelyTopChoice() {
        float[] logits = new float[VOCABULARY];
        logits[4] = 6;
        logits[9] = 5;
        logits[2] = 5.5f;
        double threshold = 0.1;
        Sampler always = sampler(SamplingOptions.Mirostat.OFF, new SamplingOptions.Xtc(1, threshold), 5);
        Sampler never = sampler(SamplingOptions.Mirostat.OFF, new SamplingOptions.Xtc(1, 0.6), 5);
        Sampler half = sampler(SamplingOptions.Mirostat.OFF, new SamplingOptions.Xtc(0.5, threshold), 5);
        int first = 0;
        for (int i = 0; i < 1000; i++) {
            int token = sample(always, logits);
            assertTrue(token != 4 && token != 2, "one of the top choices");
            sample(never, logits);
            first += sample(half, logits) == 4 ? 1 : 0;
        }
        double share = share(logits, 4);
        assertEquals(share / 2, first / 1000.0, 0.06);
    }

    @Test
    void dryPenalisesWhatWouldRepeat() {
        for (int round = 0; round < 200; round++) {
            List<Integer> text = new ArrayList<>();
            for (int i = 0; i < 5 + random.nextInt(60); i++) {
                text.add(random.nextInt(4));
            }
            BitSet breakers = new BitSet();
            breakers.set(random.nextInt(8));
            int lastN = random.nextBoolean() ? -1 : 10 + random.nextInt(20);
            SamplingOptions.Dry options = new SamplingOptions.Dry(0.8, 1.75, 1 + random.nextInt(3), lastN, List.of());
            DryPenalty dry = new DryPenalty(options, 100, breakers);
            text.forEach(dry::add);
            float[] logits = new float[VOCABULARY];
            int[] zero = new int[VOCABULARY];
            dry.penalize(logits, zero);
            List<Integer> seen = lastN < 0 ? text : text.subList(Math.max(0, text.size() - lastN), text.size());
            for (int token = 0; token < VOCABULARY; token++) {
                int longest = longest(seen, token, breakers);
                boolean free = longest < options.allowedLength() || longest == 0;
                double expected = free ? 0 : -0.8 * Math.pow(1.75, longest - options.allowedLength());
                assertEquals(expected, logits[token], 1e-3 * Math.max(1, -expected), seen + " and then " + token);
                assertEquals(0, zero[token]);
            }
        }
    }

    /** The length of the longest end of the text, without breakers, that stood before the token earlier. */
    private static int longest(List<Integer> text, int token, BitSet breakers) {
        int longest = 0;
        int n = text.size();
        for (int at = 1; at < n; at++) {
            if (text.get(at) != token) {
                continue;
            }
            int length = 0;
            while (length < at && text.get(at - 1 - length).equals(text.get(n - 1 - length)) && !breakers.get(text.get(n - 1 - length))) {
                length++;
            }
            longest = Math.max(longest, length);
        }
        return longest;
    }

    private float[] logits() {
        float[] logits = new float[VOCABULARY];
        for (int i = 0; i < VOCABULARY; i++) {
            logits[i] = (float) (-0.25 * i + random.nextGaussian() * 0.1);
        }
        return logits;
    }

    private static double share(float[] logits, int token) {
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit);
        }
        return Math.exp(logits[token]) / sum;
    }

    private static Sampler sampler(SamplingOptions.Mirostat mirostat, SamplingOptions.Xtc xtc, long seed) {
        return new Sampler(new SamplingOptions(1, 0, 1, 0, 1, 0, 1, 0, 0, 1, Map.of(), mirostat, xtc, SamplingOptions.Dry.OFF), seed, 100,
                Optional.empty());
    }

    private static int sample(Sampler sampler, float[] logits) {
        SamplingBuffers buffers = new SamplingBuffers(VOCABULARY);
        System.arraycopy(logits, 0, buffers.logits(), 0, VOCABULARY);
        return sampler.sample(buffers);
    }
}
