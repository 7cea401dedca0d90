package dev.runtime.kernel.sample;

import dev.runtime.api.inference.SamplingOptions;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Penalises tokens that would continue a repetition: {@code multiplier * base^(length - allowed)} is subtracted from the token that once
 * followed the longest earlier sequence that the text now ends with again ("don't repeat yourself", p-e-w 2024). Sequences do not reach
 * over tokens that break them. For one sequence and one thread.
 */
final class DryPenalty {
    private final SamplingOptions.Dry options;
    private final BitSet breakers;
    private final int[] ring;
    /** The last tokens, the newest first, and how long the text from each on backwards equals the text's end (Gusfield's Z). */
    private final int[] backwards;
    private final int[] same;
    private int next;
    private int size;

    DryPenalty(SamplingOptions.Dry options, int contextLength, BitSet breakers) {
        this.options = options;
        this.breakers = breakers;
        int n = options.multiplier() == 0 ? 0 : options.lastN() < 0 ? contextLength : Math.min(options.lastN(), contextLength);
        ring = new int[n];
        backwards = new int[n];
        same = new int[n];
    }

    void add(int token) {
        if (ring.length > 0) {
            ring[next] = token;
            next = next + 1 == ring.length ? 0 : next + 1;
            size = Math.min(size + 1, ring.length);
        }
    }

    /**
     * Subtracts the penalties.
     *
     * @param lengths zero before and after, {@code [vocabulary]}
     */
    void penalize(float[] logits, int[] lengths) {
        int limit = size;
        for (int i = 0; i < size; i++) {
            backwards[i] = ring[Math.floorMod(next - 1 - i, ring.length)];
            if (breakers.get(backwards[i])) {
                limit = Math.min(limit, i);
            }
        }
        if (limit < options.allowedLength()) {
            return;
        }
        measure();
        for (int i = 1; i < size; i++) {
            int token = backwards[i - 1];
            lengths[token] = Math.max(lengths[token], Math.min(same[i], limit));
        }
        for (int i = 1; i < size; i++) {
            int token = backwards[i - 1];
            if (lengths[token] >= Math.max(1, options.allowedLength())) {
                logits[token] -= Sampler.bounded(options.multiplier() * Math.pow(options.base(), lengths[token] - options.allowedLength()));
            }
            lengths[token] = 0;
        }
    }

    private void measure() {
        Arrays.fill(same, 0, size, 0);
        int left = 0;
        int right = 0;
        for (int i = 1; i < size; i++) {
            int length = i < right ? Math.min(right - i, same[i - left]) : 0;
            while (i + length < size && backwards[length] == backwards[i + length]) {
                length++;
            }
            same[i] = length;
            if (i + length > right) {
                left = i;
                right = i + length;
            }
        }
    }
}
