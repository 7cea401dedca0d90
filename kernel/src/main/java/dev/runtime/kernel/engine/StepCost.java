package dev.runtime.kernel.engine;

import java.util.Arrays;

/**
 * How long a step of so many tokens takes on this device, learnt from the steps that ran: exact for a few tokens, eight sizes to an octave
 * above, straight lines between the sizes that were seen.
 *
 * <p>A busy machine makes single steps slow, never fast, so a faster step counts at once and a slower one little by little. For one thread;
 * allocates nothing after construction.
 */
final class StepCost {
    private static final int EXACT = 8;
    private static final double FASTER = 0.5;
    private static final double SLOWER = 0.1;

    private final double[] nanos;
    private final double[] tokens;

    StepCost(int maxTokens) {
        nanos = new double[size(maxTokens) + 1];
        tokens = new double[nanos.length];
        Arrays.fill(nanos, Double.NaN);
    }

    /** Takes a step into account. */
    void learn(int count, long took) {
        int i = size(count);
        if (Double.isNaN(nanos[i])) {
            nanos[i] = took;
            tokens[i] = count;
            return;
        }
        double weight = took < nanos[i] ? FASTER : SLOWER;
        nanos[i] += weight * (took - nanos[i]);
        tokens[i] += weight * (count - tokens[i]);
    }

    /** Returns the nanoseconds that a step of so many tokens takes, or several steps if one has no room for them; NaN if no step ran yet. */
    double of(int count) {
        int at = Math.min(size(count), nanos.length - 1);
        int below = at;
        while (below >= 0 && (Double.isNaN(nanos[below]) || tokens[below] > count)) {
            below--;
        }
        int above = at;
        while (above < nanos.length && (Double.isNaN(nanos[above]) || tokens[above] < count)) {
            above++;
        }
        if (above == nanos.length) {
            return below < 0 ? Double.NaN : nanos[below] * count / tokens[below];
        }
        if (below < 0 || below == above || tokens[above] == tokens[below]) {
            return nanos[above];
        }
        return nanos[below] + (nanos[above] - nanos[below]) * (count - tokens[below]) / (tokens[above] - tokens[below]);
    }

    /** Returns the largest number of tokens, at most {@code most}, whose step takes no longer; 0 if none is known to. */
    int affordable(double longest, int most) {
        int fits = 0;
        for (int unknown = most; fits < unknown; ) {
            int middle = (fits + unknown + 1) >>> 1;
            if (of(middle) <= longest) {
                fits = middle;
            } else {
                unknown = middle - 1;
            }
        }
        return fits;
    }

    private static int size(int count) {
        if (count < EXACT) {
            return count;
        }
        int octave = 31 - Integer.numberOfLeadingZeros(count);
        return EXACT * (octave - 2) + (count >>> (octave - 3) & EXACT - 1);
    }
}
