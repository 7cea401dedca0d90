package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * How tokens are chosen. The order of the steps: grammar, bias, penalties, repeated sequences (DRY), top-k, typical, top-p, min-p,
 * exclusion of top choices (XTC), temperature, draw. Mirostat stands in for all steps from top-k to the draw.
 *
 * @param temperature 0 for the most likely token
 * @param topK keep so many tokens, 0 or less for all
 * @param topP keep the smallest set of this probability, 1 for all
 * @param minP keep tokens of this share of the best one's probability, 0 for all
 * @param typicalP keep the locally typical set of this probability, 1 for all
 * @param repeatLastN tokens of prompt and output that penalties look at, 0 for none, -1 for the context
 * @param repeatPenalty divides positive and multiplies negative scores of tokens seen, 1 for none
 * @param presencePenalty is subtracted for tokens seen
 * @param frequencyPenalty is subtracted for each time a token was seen
 * @param seed -1 for a random one
 * @param logitBias is added to the scores of these tokens
 * @param mirostat control of the surprise
 * @param xtc exclusion of top choices
 * @param dry penalty of repeated sequences
 */
@Stable
public record SamplingOptions(
        double temperature,
        int topK,
        double topP,
        double minP,
        double typicalP,
        int repeatLastN,
        double repeatPenalty,
        double presencePenalty,
        double frequencyPenalty,
        long seed,
        Map<Integer, Double> logitBias,
        Mirostat mirostat,
        Xtc xtc,
        Dry dry) {
    /** Checks and copies. */
    public SamplingOptions {
        logitBias = Map.copyOf(logitBias);
        Objects.requireNonNull(mirostat, "mirostat");
        Objects.requireNonNull(xtc, "xtc");
        Objects.requireNonNull(dry, "dry");
    }

    /** Creates options without Mirostat, XTC and DRY. */
    public SamplingOptions(double temperature, int topK, double topP, double minP, double typicalP, int repeatLastN, double repeatPenalty,
            double presencePenalty, double frequencyPenalty, long seed, Map<Integer, Double> logitBias) {
        this(temperature, topK, topP, minP, typicalP, repeatLastN, repeatPenalty, presencePenalty, frequencyPenalty, seed, logitBias,
                Mirostat.OFF, Xtc.OFF, Dry.OFF);
    }

    /** Returns the same with another bias. */
    public SamplingOptions withLogitBias(Map<Integer, Double> other) {
        return new SamplingOptions(temperature, topK, topP, minP, typicalP, repeatLastN, repeatPenalty, presencePenalty,
                frequencyPenalty, seed, other, mirostat, xtc, dry);
    }

    /**
     * Keeps the surprise of the output near a target (Basu et al. 2021, "Mirostat: a neural text decoding algorithm that directly
     * controls perplexity").
     *
     * @param version 1 or 2, 0 for off
     * @param tau the target in bits
     * @param eta how fast it adapts
     */
    public record Mirostat(int version, double tau, double eta) {
        /** Off. */
        public static final Mirostat OFF = new Mirostat(0, 5, 0.1);
    }

    /**
     * Now and then leaves out all but the least likely of the tokens above a threshold.
     *
     * @param probability how often, 0 for never
     * @param threshold the probability above which tokens are left out; more than 0.5 is off
     */
    public record Xtc(double probability, double threshold) {
        /** Off. */
        public static final Xtc OFF = new Xtc(0, 0.1);
    }

    /**
     * Makes tokens less likely that would continue a sequence that was there before.
     *
     * @param multiplier the penalty of a repetition as long as allowed, 0 for off
     * @param base the factor for each token more
     * @param allowedLength repeated tokens without penalty
     * @param lastN tokens of prompt and output that are looked at, 0 for none, -1 for the context
     * @param breakers texts that end sequences
     */
    public record Dry(double multiplier, double base, int allowedLength, int lastN, List<String> breakers) {
        /** Off. */
        public static final Dry OFF = new Dry(0, 1.75, 2, -1, List.of("\n", ":", "\"", "*"));

        /** Copies. */
        public Dry {
            breakers = List.copyOf(breakers);
        }
    }
}
