package dev.runtime.kernel.sample;

import dev.runtime.api.inference.SamplingOptions;

/** The last n tokens of a sequence and the penalties for them. For one thread. */
final class TokenWindow {
    private final int[] ring;
    private final float repeat;
    private final float frequency;
    private final float presence;
    private int next;
    private int size;

    /** Creates a window of n tokens with the penalties of the options. */
    TokenWindow(int n, SamplingOptions options) {
        ring = new int[n];
        repeat = Math.clamp((float) options.repeatPenalty(), 1 / Sampler.LARGEST, Sampler.LARGEST);
        frequency = Sampler.bounded(options.frequencyPenalty());
        presence = Sampler.bounded(options.presencePenalty());
    }

    void add(int token) {
        if (ring.length > 0) {
            ring[next] = token;
            next = next + 1 == ring.length ? 0 : next + 1;
            size = Math.min(size + 1, ring.length);
        }
    }

    /**
     * For each token seen {@code count > 0} times: divides a positive and multiplies another logit by the repeat penalty, then
     * subtracts {@code count * frequency + presence}.
     *
     * @param counts zero before and after, {@code [vocabulary]}
     */
    void penalize(float[] logits, int[] counts) {
        for (int i = 0; i < size; i++) {
            counts[ring[i]]++;
        }
        for (int i = 0; i < size; i++) {
            int token = ring[i];
            int count = counts[token];
            if (count > 0) {
                counts[token] = 0;
                float logit = logits[token];
                logits[token] = (logit > 0 ? logit / repeat : logit * repeat) - (count * frequency + presence);
            }
        }
    }
}
