package dev.runtime.plugin.format.gguf.quant;

import static dev.runtime.plugin.format.gguf.quant.Rounding.half;
import static dev.runtime.plugin.format.gguf.quant.Rounding.nearest;

import java.util.Arrays;

/**
 * Super-blocks of 256 weights in eight groups of 32, each with a scale and a minimum of 6 bits: 4-bit codes, and 5-bit ones whose
 * fifth bits lie apart.
 */
final class MinimumBlocks {
    private static final int GROUPS = 8;
    private static final int SIZE = 32;

    private MinimumBlocks() {}

    static void q4k(float[] x, int from, int elements, byte[] out, int at) {
        ScaleMinFit fit = new ScaleMinFit(SIZE, 15, -1, 20, false);
        int[] codes = new int[GROUPS * SIZE];
        for (int b = from; b < from + elements; b += 256, at += 144) {
            Arrays.fill(out, at, at + 144, (byte) 0);
            fill(fit, 15, x, b, codes, out, at);
            for (int p = 0; p < 4; p++) {
                for (int l = 0; l < 32; l++) {
                    out[at + 16 + 32 * p + l] = (byte) (codes[64 * p + l] | codes[64 * p + 32 + l] << 4);
                }
            }
        }
    }

    static void q5k(float[] x, int from, int elements, byte[] out, int at) {
        ScaleMinFit fit = new ScaleMinFit(SIZE, 31, -0.5f, 15, false);
        int[] codes = new int[GROUPS * SIZE];
        for (int b = from; b < from + elements; b += 256, at += 176) {
            Arrays.fill(out, at, at + 176, (byte) 0);
            fill(fit, 31, x, b, codes, out, at);
            for (int p = 0; p < 4; p++) {
                for (int l = 0; l < 32; l++) {
                    int low = codes[64 * p + l];
                    int high = codes[64 * p + 32 + l];
                    out[at + 16 + l] |= (byte) (low >> 4 << 2 * p | high >> 4 << 2 * p + 1);
                    out[at + 48 + 32 * p + l] = (byte) (low & 15 | (high & 15) << 4);
                }
            }
        }
    }

    /** Writes scales and minima, and finds the codes that suit them. */
    private static void fill(ScaleMinFit fit, int levels, float[] x, int b, int[] codes, byte[] out, int at) {
        float[] scales = new float[GROUPS];
        float[] minima = new float[GROUPS];
        float mostScale = 0;
        float mostMinimum = 0;
        for (int g = 0; g < GROUPS; g++) {
            fit.weighByRange(x, b + SIZE * g);
            fit.fit(x, b + SIZE * g);
            System.arraycopy(fit.codes, 0, codes, SIZE * g, SIZE);
            scales[g] = fit.scale;
            minima[g] = fit.minimum;
            mostScale = Math.max(mostScale, fit.scale);
            mostMinimum = Math.max(mostMinimum, fit.minimum);
        }
        float inverseScale = mostScale > 0 ? 63 / mostScale : 0;
        float inverseMinimum = mostMinimum > 0 ? 63 / mostMinimum : 0;
        float d = half(mostScale / 63, out, at);
        float dmin = half(mostMinimum / 63, out, at + 2);
        for (int g = 0; g < GROUPS; g++) {
            int scale = Math.min(63, nearest(inverseScale * scales[g]));
            int minimum = Math.min(63, nearest(inverseMinimum * minima[g]));
            pack(g, scale, minimum, out, at + 4);
            float step = d * scale;
            if (step != 0) {
                float shift = dmin * minimum;
                for (int i = SIZE * g; i < SIZE * (g + 1); i++) {
                    codes[i] = nearest((x[b + i] + shift) / step, 0, levels);
                }
            }
        }
    }

    /** The first four groups take the low six bits of a byte each, the other four are spread over what is left. */
    private static void pack(int g, int scale, int minimum, byte[] out, int at) {
        if (g < 4) {
            out[at + g] |= (byte) scale;
            out[at + g + 4] |= (byte) minimum;
        } else {
            out[at + g + 4] = (byte) (scale & 15 | (minimum & 15) << 4);
            out[at + g - 4] |= (byte) (scale >> 4 << 6);
            out[at + g] |= (byte) (minimum >> 4 << 6);
        }
    }
}
