package dev.runtime.plugin.format.gguf.quant;

import static dev.runtime.plugin.format.gguf.quant.Rounding.nearest;

import java.util.Arrays;

/**
 * Fits {@code x = scale * q + min} with codes {@code q} of 0..levels and {@code min <= 0} to a group of weights: a first guess from the
 * range, then for each step a slightly other scale, whose codes are refined by weighted least squares. For one thread.
 */
final class ScaleMinFit {
    private final int levels;
    private final float start;
    private final int steps;
    private final boolean absolute;
    private final float[] weight;
    private final int[] tried;

    /** The codes of the last fit. */
    final int[] codes;
    /** The scale of the last fit. */
    float scale;
    /** The minimum of the last fit, negated: 0 or more. */
    float minimum;

    /**
     * Creates a fit.
     *
     * @param size elements of a group
     * @param levels the highest code
     * @param start the first step adds this to the levels, each further one 0.1 more
     * @param steps how many steps after the first
     * @param absolute whether the error is weighted by magnitude instead of square
     */
    ScaleMinFit(int size, int levels, float start, int steps, boolean absolute) {
        this.levels = levels;
        this.start = start;
        this.steps = steps;
        this.absolute = absolute;
        this.weight = new float[size];
        this.tried = new int[size];
        this.codes = new int[size];
    }

    /** Sets the weights of the next fit to {@code sqrt(mean x²) + |x|}. */
    void weighByRange(float[] x, int from) {
        float squares = 0;
        for (int i = 0; i < weight.length; i++) {
            squares += x[from + i] * x[from + i];
        }
        float mean = (float) Math.sqrt(squares / weight.length);
        for (int i = 0; i < weight.length; i++) {
            weight[i] = mean + Math.abs(x[from + i]);
        }
    }

    /** Sets the weights of the next fit to {@code |x|}. */
    void weighByMagnitude(float[] x, int from) {
        for (int i = 0; i < weight.length; i++) {
            weight[i] = Math.abs(x[from + i]);
        }
    }

    /** Fits the group at an offset with the weights set before. */
    void fit(float[] x, int from) {
        int n = weight.length;
        float least = x[from];
        float most = x[from];
        float sumW = weight[0];
        float sumX = weight[0] * x[from];
        for (int i = 1; i < n; i++) {
            float v = x[from + i];
            least = v < least ? v : least;
            most = v > most ? v : most;
            sumW += weight[i];
            sumX += weight[i] * v;
        }
        least = least > 0 ? 0 : least;
        if (most == least) {
            Arrays.fill(codes, 0);
            scale = 0;
            minimum = -least;
            return;
        }
        float inverse = levels / (most - least);
        scale = 1 / inverse;
        encode(x, from, inverse, least, codes);
        float best = error(x, from, scale, least, codes);
        for (int step = 0; step <= steps; step++) {
            encode(x, from, (start + 0.1f * step + levels) / (most - least), least, tried);
            float sumL = 0;
            float sumLL = 0;
            float sumXL = 0;
            for (int i = 0; i < n; i++) {
                float wl = weight[i] * tried[i];
                sumL += wl;
                sumLL += wl * tried[i];
                sumXL += wl * x[from + i];
            }
            float determinant = sumW * sumLL - sumL * sumL;
            if (determinant > 0) {
                float nextScale = (sumW * sumXL - sumX * sumL) / determinant;
                float nextMin = (sumLL * sumX - sumL * sumXL) / determinant;
                if (nextMin > 0) {
                    nextMin = 0;
                    nextScale = sumXL / sumLL;
                }
                float error = error(x, from, nextScale, nextMin, tried);
                if (error < best) {
                    System.arraycopy(tried, 0, codes, 0, n);
                    best = error;
                    scale = nextScale;
                    least = nextMin; // the next steps start from the better minimum
                }
            }
        }
        minimum = -least;
    }

    private void encode(float[] x, int from, float inverse, float least, int[] into) {
        for (int i = 0; i < into.length; i++) {
            into[i] = nearest(inverse * (x[from + i] - least), 0, levels);
        }
    }

    private float error(float[] x, int from, float scale, float min, int[] q) {
        float error = 0;
        for (int i = 0; i < q.length; i++) {
            float difference = scale * q[i] + min - x[from + i];
            error += weight[i] * (absolute ? Math.abs(difference) : difference * difference);
        }
        return error;
    }
}
