package dev.runtime.kernel.sample;

/** The memory of one loop's samplers, as long as the vocabulary. For one thread. */
public final class SamplingBuffers {
    final Candidates candidates;
    final int[] counts;
    private final float[] logits;

    /** Allocates for a vocabulary. */
    public SamplingBuffers(int vocabulary) {
        candidates = new Candidates(vocabulary);
        counts = new int[vocabulary];
        logits = new float[vocabulary];
    }

    /** Returns the row that callers fill with raw logits and samplers overwrite, {@code [vocabulary]}. */
    public float[] logits() {
        return logits;
    }
}
