package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.Map;

/**
 * How tokens are chosen. The order of the steps: bias and grammar, penalties, top-k, typical, top-p, min-p, temperature, draw.
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
        Map<Integer, Double> logitBias) {
    /** Copies. */
    public SamplingOptions {
        logitBias = Map.copyOf(logitBias);
    }
}
