package dev.runtime.kernel.sample;

import dev.runtime.api.inference.SamplingOptions;
import java.util.BitSet;
import java.util.Optional;

/**
 * Chooses the tokens of one sequence.
 *
 * <p>The order of the steps: bias, penalties, DRY, mask, top-k, typical, top-p, min-p, XTC, temperature, draw; each filter looks at the
 * probabilities of what the one before it left. Mirostat stands in for all from top-k to XTC. Temperature 0 takes the largest logit that
 * the mask allows, of equal ones the smallest id. A seed decides all draws of its sequence, whatever else runs in the batch. Allocates
 * nothing after construction, masks apart. For one thread.
 */
public final class Sampler {
    /** What {@link #sample} returns if no logit is a finite number. */
    public static final int NONE = -1;

    /** What {@link #sample} returns if no token of the vocabulary may come next. */
    public static final int ENDED = -2;

    /** The largest bias or penalty that counts: far beyond any logit, and no sum of them reaches infinity. */
    static final float LARGEST = 1e9f;

    /** Before a mask is worked out, so many times k of the best tokens are asked one by one: mostly k of them are allowed. */
    private static final int WIDER = 4;

    private final SamplingOptions options;
    private final Optional<TokenMask> mask;
    private final TokenRandom random;
    private final TokenWindow window;
    private final DryPenalty dry;
    private final Mirostat mirostat;
    private final int[] biasIds;
    private final float[] biases;

    /** Creates the sampler of a sequence whose DRY penalty, if any, no token breaks. */
    public Sampler(SamplingOptions options, long seed, int contextLength, Optional<TokenMask> mask) {
        this(options, seed, contextLength, mask, new BitSet());
    }

    /**
     * Creates the sampler of a sequence.
     *
     * @param seed the seed of the draws
     * @param contextLength the window of penalties where the options say -1
     * @param breakers tokens that break sequences for DRY
     */
    public Sampler(SamplingOptions options, long seed, int contextLength, Optional<TokenMask> mask, BitSet breakers) {
        this.options = options;
        this.mask = mask;
        random = new TokenRandom(seed);
        int lastN = options.repeatLastN() < 0 ? contextLength : Math.min(options.repeatLastN(), contextLength);
        window = new TokenWindow(penalizes(options) ? lastN : 0, options);
        dry = new DryPenalty(options.dry(), contextLength, breakers);
        mirostat = new Mirostat(options.mirostat());
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
        dry.add(token);
    }

    /**
     * Chooses from the raw logits in {@link SamplingBuffers#logits()}, which are overwritten.
     *
     * @return the token, {@link #NONE} or {@link #ENDED}
     */
    public int sample(SamplingBuffers buffers) {
        float[] logits = buffers.logits();
        for (int i = 0; i < biasIds.length; i++) {
            if (biasIds[i] >= 0 && biasIds[i] < logits.length) {
                logits[biasIds[i]] += biases[i];
            }
        }
        window.penalize(logits, buffers.counts);
        dry.penalize(logits, buffers.counts);
        int best = largest(logits);
        if (best < 0 || mask.isEmpty()) {
            return best < 0 ? best : chosen(logits, best, buffers.candidates);
        }
        int token = masked(logits, best, buffers.candidates, mask.get());
        if (token >= 0) {
            mask.get().accept(token);
        }
        return token;
    }

    /** Gives what {@link #chosen} gives after the mask was applied, but does not apply one that is not known if that can be told without. */
    private int masked(float[] logits, int best, Candidates candidates, TokenMask allowed) {
        if (!allowed.known()) {
            if (options.temperature() <= 0) {
                if (allowed.allows(best)) {
                    return best;
                }
            } else if (limited(logits) && options.mirostat().version() == 0) {
                candidates.top(logits, (int) Math.min(logits.length, (long) WIDER * options.topK()));
                if (candidates.keep(allowed, options.topK()) == options.topK()) {
                    return filtered(candidates);
                }
            }
        }
        if (!allowed.apply(logits)) {
            return ENDED;
        }
        int left = largest(logits);
        return left < 0 ? ENDED : chosen(logits, left, candidates);
    }

    private int chosen(float[] logits, int best, Candidates candidates) {
        if (options.temperature() <= 0) {
            return best;
        }
        if (options.mirostat().version() != 0) {
            return mirostat.draw(logits, candidates, options.temperature(), random.nextDouble());
        }
        if (limited(logits)) {
            candidates.top(logits, options.topK());
        } else {
            candidates.all(logits);
        }
        return filtered(candidates);
    }

    private boolean limited(float[] logits) {
        return options.topK() > 0 && options.topK() < logits.length;
    }

    private int filtered(Candidates candidates) {
        if (options.typicalP() < 1) {
            candidates.typical(options.typicalP());
        }
        if (options.topP() < 1) {
            candidates.topP(options.topP());
        }
        if (options.minP() > 0) {
            candidates.minP(options.minP());
        }
        SamplingOptions.Xtc xtc = options.xtc();
        if (xtc.probability() > 0 && xtc.threshold() <= 0.5 && random.nextDouble() < xtc.probability()) {
            candidates.withoutTop(xtc.threshold());
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
