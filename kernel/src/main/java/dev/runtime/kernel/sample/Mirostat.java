package dev.runtime.kernel.sample;

import dev.runtime.api.inference.SamplingOptions;

/**
 * Keeps the surprise of a sequence near a target: after each draw {@code mu -= eta * (surprise - tau)}, where the surprise is
 * {@code -log2} of the drawn token's probability among those it was drawn from (Basu et al. 2021, "Mirostat: a neural text decoding
 * algorithm that directly controls perplexity", algorithms 1 and 2). For one sequence and one thread.
 */
final class Mirostat {
    /** Tokens that the exponent is estimated from; the paper's choice. */
    private static final int ESTIMATED = 100;

    private final SamplingOptions.Mirostat options;
    private double mu;

    Mirostat(SamplingOptions.Mirostat options) {
        this.options = options;
        mu = 2 * options.tau();
    }

    int draw(float[] logits, Candidates candidates, double temperature, double u) {
        if (options.version() == 1) {
            candidates.top(logits, Math.min(ESTIMATED, logits.length));
            candidates.top(logits, Math.clamp((long) limit(candidates.zipfExponent(ESTIMATED, temperature), logits.length), 1, logits.length));
        } else {
            candidates.all(logits);
            candidates.surprising(mu, temperature);
        }
        int token = candidates.draw(temperature, u);
        double surprise = -Math.log(candidates.share()) / Math.log(2);
        mu -= options.eta() * (surprise - options.tau());
        return token;
    }

    /** Returns k: {@code (epsilon 2^mu / (1 - n^-epsilon))^(1/s)} with {@code epsilon = s - 1}. */
    private double limit(double s, int n) {
        double epsilon = s - 1;
        if (Math.abs(epsilon) < 1e-9) {
            // the limit of the formula for s = 1
            return Math.pow(2, mu) / Math.log(n);
        }
        return Math.pow(epsilon * Math.pow(2, mu) / (1 - Math.pow(n, -epsilon)), 1 / s);
    }
}
