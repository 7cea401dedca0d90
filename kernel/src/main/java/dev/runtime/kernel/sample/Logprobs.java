package dev.runtime.kernel.sample;

/**
 * Log probabilities of a row of raw logits: {@code logit - ln(sum of exp(logits))}, before any mask, penalty or filter. Allocates
 * nothing after construction. For one thread.
 */
public final class Logprobs {
    private final int[] ids;
    private final float[] values;
    private double logSum;

    /** Creates with room for the n most likely tokens. */
    public Logprobs(int n) {
        ids = new int[n];
        values = new float[n];
    }

    /** Reads a row {@code [vocabulary]}. */
    public void read(float[] logits) {
        float max = Float.NEGATIVE_INFINITY;
        int kept = 0;
        for (int id = 0; id < logits.length; id++) {
            float logit = logits[id];
            max = Math.max(max, logit);
            if (kept < ids.length || kept > 0 && logit > values[kept - 1]) {
                kept = insert(id, logit, kept);
            }
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        logSum = max + Math.log(sum);
        for (int i = 0; i < kept; i++) {
            values[i] = of(values[i]);
        }
    }

    /** Returns the log probability of a token by its raw logit. */
    public float of(float logit) {
        return (float) exactly(logit);
    }

    /** Returns the log probability of a token by its raw logit, without rounding it. */
    public double exactly(float logit) {
        return logit - logSum;
    }

    /** Returns the most likely tokens, best first; the same array each time. */
    public int[] ids() {
        return ids;
    }

    /** Returns their log probabilities; the same array each time. */
    public float[] values() {
        return values;
    }

    /** Puts a token behind those of larger or equal logits; the last one falls out if there is no room. */
    private int insert(int id, float logit, int kept) {
        int i = Math.min(kept, ids.length - 1);
        for (; i > 0 && values[i - 1] < logit; i--) {
            values[i] = values[i - 1];
            ids[i] = ids[i - 1];
        }
        values[i] = logit;
        ids[i] = id;
        return Math.min(kept + 1, ids.length);
    }
}
