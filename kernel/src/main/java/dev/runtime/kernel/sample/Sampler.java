package dev.runtime.kernel.sample;

import dev.runtime.api.inference.SamplingOptions;
import java.util.Optional;

/**
 * Chooses the tokens of one sequence.
 *
 * <p>The order of the steps: mask, bias, penalties, top-k, typical, top-p, min-p, temperature, draw; each filter looks at the
 * probabilities of what the one before it left. Temperature 0 takes the largest logit after the penalties, of equal ones the
 * smallest id. A seed decides all draws of its sequence, whatever else runs in the batch. Allocates nothing after construction.
 * For one thread.
 */
public final class Sampler {
    /** What {@link #sample} returns if no logit is a finite number. */
    public static final int NONE = -1;

    /** The largest bias or penalty that counts: far beyond any logit, and no sum of them reaches infinity. */
    static final float LARGEST = 1e9f;

    private final SamplingOptions options;
    private final Optional<TokenMask> mask;
    private final TokenRandom random;
    private final TokenWindow window;
    private final int[] biasIds;
    private final float[] biases;

    /**
     * Creates the sampler of a sequence.
     *
     * @param seed the seed of the draws
     * @param contextLength the window of penalties where the options say -1
     */
    public Sampler(SamplingOptions options, long seed, int contextLength, Optional<TokenMask> mask) {
        this.options = options;
        this.mask = mask;
        random = new TokenRandom(seed);
        int lastN = options.repeatLastN() < 0 ? contextLength : Math.min(options.repeatLastN(), contextLength);
        window = new TokenWindow(penalizes(options) ? lastN : 0, options);
        biasIds = new int[options.logitBias().size()];
        biases = new float[biasIds.length];
        int i = 0;
        for (var bias : options.logitBias().entrySet()) {
            biasIds[i] = bias.getKey();
            biases[i++] = bounded(bias.getValue());
        }
    }

    /** A value from outside as one that leaves finite logits finite, so that no request looks like a broken device. */
    static float bounded(double value) {
        return (float) Math.clamp(value, -LARGEST, LARGEST);
    }

    private static boolean penalizes(SamplingOptions options) {
        return options.repeatPenalty() != 1 || options.presencePenalty() != 0 || options.frequencyPenalty() != 0;
    }

    /** Takes a token of the prompt or of the output into account for the tokens after it. */
    public void accept(int token) {
        window.add(token);
    }

    /**
     * Chooses from the raw logits in {@link SamplingBuffers#logits()}, which are overwritten.
     *
     * @return the token, or {@link #NONE}
     */
    public int sample(SamplingBuffers buffers) {
        float[] logits = buffers.logits();
        if (mask.isPresent()) {
            mask.get().apply(logits);
        }
        for (int i = 0; i < biasIds.length; i++) {
            if (biasIds[i] >= 0 && biasIds[i] < logits.length) {
                logits[biasIds[i]] += biases[i];
            }
        }
        window.penalize(logits, buffers.counts);
        int best = largest(logits);
        int token = best < 0 || options.temperature() <= 0 ? best : draw(logits, buffers.candidates);
        if (token >= 0 && mask.isPresent()) {
            mask.get().accept(token);
        }
        return token;
    }

    private int draw(float[] logits, Candidates candidates) {
        if (options.topK() > 0 && options.topK() < logits.length) {
            candidates.top(logits, options.topK());
        } else {
            candidates.all(logits);
        }
        if (options.typicalP() < 1) {
            candidates.typical(options.typicalP());
        }
        if (options.topP() < 1) {
            candidates.topP(options.topP());
        }
        if (options.minP() > 0) {
            candidates.minP(options.minP());
        }
        return candidates.draw(options.temperature(), random.nextDouble());
    }

    /** Returns the id of the largest logit, the first of equal ones; {@link #NONE} if that is not finite. */
    private static int largest(float[] logits) {
        int best = NONE;
        float max = Float.NEGATIVE_INFINITY;
        for (int id = 0; id < logits.length; id++) {
            if (logits[id] > max) {
                max = logits[id];
                best = id;
            }
        }
        return max < Float.POSITIVE_INFINITY ? best : NONE;
    }
}
