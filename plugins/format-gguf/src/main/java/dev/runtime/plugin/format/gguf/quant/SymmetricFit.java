package dev.runtime.plugin.format.gguf.quant;

import static dev.runtime.plugin.format.gguf.quant.Rounding.TINY;
import static dev.runtime.plugin.format.gguf.quant.Rounding.nearest;
import static dev.runtime.plugin.format.gguf.quant.Rounding.peak;

import java.util.Arrays;

/** Finds the scale of {@code x = scale * q} with codes {@code q} of -levels..levels-1 for a group of 16 weights, each weighing {@code x²}. */
final class SymmetricFit {
    private static final int SIZE = 16;
    private static final int SWEEPS = 5;

    private SymmetricFit() {}

    /**
     * Tries scales around the one that takes the peak to the lowest code; returns the best.
     *
     * @param codes takes the best scale's codes plus {@code levels} from {@code at} on; zeros for a group of zeros
     */
    static float scan(float[] x, int from, int levels, int[] codes, int at) {
        float peak = peak(x, from, SIZE);
        if (Math.abs(peak) < TINY) {
            Arrays.fill(codes, at, at + SIZE, 0);
            return 0;
        }
        float bestInverse = 0;
        float scale = 0;
        float best = 0;
        // the plain scale first: others must be strictly better
        for (int round = 0; round < 19; round++) {
            int step = round == 0 ? 0 : round <= 9 ? round - 10 : round - 9;
            float inverse = -(levels + 0.1f * step) / peak;
            float sumXL = 0;
            float sumLL = 0;
            for (int i = from; i < from + SIZE; i++) {
                int l = nearest(inverse * x[i], -levels, levels - 1);
                float w = x[i] * x[i];
                sumXL += w * x[i] * l;
                sumLL += w * l * l;
            }
            if (sumLL > 0 && (round == 0 || sumXL * sumXL > best * sumLL)) {
                scale = sumXL / sumLL;
                best = scale * sumXL;
                bestInverse = inverse;
            }
        }
        for (int i = 0; i < SIZE; i++) {
            codes[at + i] = nearest(bestInverse * x[from + i], -levels, levels - 1) + levels;
        }
        return scale;
    }

    /** Starts from the scale that takes the peak to the lowest code and moves one code after the other; returns the best scale. */
    static float descend(float[] x, int from, int levels, int[] codes) {
        float peak = peak(x, from, SIZE);
        if (Math.abs(peak) < TINY) {
            return 0;
        }
        float inverse = -levels / peak;
        float sumXL = 0;
        float sumLL = 0;
        for (int i = 0; i < SIZE; i++) {
            float v = x[from + i];
            codes[i] = nearest(inverse * v, -levels, levels - 1);
            float w = v * v;
            sumXL += w * v * codes[i];
            sumLL += w * codes[i] * codes[i];
        }
        boolean moved = true;
        for (int sweep = 0; sweep < SWEEPS && moved; sweep++) {
            moved = false;
            for (int i = 0; i < SIZE; i++) {
                float v = x[from + i];
                float w = v * v;
                float xl = sumXL - w * v * codes[i];
                if (xl > 0) {
                    float ll = sumLL - w * codes[i] * codes[i];
                    int next = nearest(v * ll / xl, -levels, levels - 1);
                    if (next != codes[i]) {
                        xl += w * v * next;
                        ll += w * next * next;
                        if (ll > 0 && xl * xl * sumLL > sumXL * sumXL * ll) {
                            codes[i] = next;
                            sumXL = xl;
                            sumLL = ll;
                            moved = true;
                        }
                    }
                }
            }
        }
        return sumLL > 0 ? sumXL / sumLL : 0;
    }

    /** Returns the scale of the largest magnitude, with its sign. */
    static float most(float[] scales) {
        return peak(scales, 0, scales.length);
    }
}
