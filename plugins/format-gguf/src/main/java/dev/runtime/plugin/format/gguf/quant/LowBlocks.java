package dev.runtime.plugin.format.gguf.quant;

import static dev.runtime.plugin.format.gguf.quant.Rounding.half;
import static dev.runtime.plugin.format.gguf.quant.Rounding.nearest;

import java.util.Arrays;

/** Super-blocks of 256 weights in 16 groups: 2-bit codes with a scale and a minimum of 4 bits, 3-bit codes with a signed scale of 6 bits. */
final class LowBlocks {
    private LowBlocks() {}

    static void q2k(float[] x, int from, int elements, byte[] out, int at) {
        ScaleMinFit fit = new ScaleMinFit(16, 3, -0.5f, 15, true);
        int[] codes = new int[256];
        float[] scales = new float[16];
        float[] minima = new float[16];
        for (int b = from; b < from + elements; b += 256, at += 84) {
            float mostScale = 0;
            float mostMinimum = 0;
            for (int g = 0; g < 16; g++) {
                fit.weighByMagnitude(x, b + 16 * g);
                fit.fit(x, b + 16 * g);
                System.arraycopy(fit.codes, 0, codes, 16 * g, 16);
                scales[g] = fit.scale;
                minima[g] = fit.minimum;
                mostScale = Math.max(mostScale, fit.scale);
                mostMinimum = Math.max(mostMinimum, fit.minimum);
            }
            float inverseScale = mostScale > 0 ? 15 / mostScale : 0;
            float inverseMinimum = mostMinimum > 0 ? 15 / mostMinimum : 0;
            float d = half(mostScale / 15, out, at + 80);
            float dmin = half(mostMinimum / 15, out, at + 82);
            for (int g = 0; g < 16; g++) {
                int scale = nearest(inverseScale * scales[g]);
                int minimum = nearest(inverseMinimum * minima[g]);
                out[at + g] = (byte) (scale | minimum << 4);
                float step = d * scale;
                if (step != 0) {
                    float shift = dmin * minimum;
                    for (int i = 16 * g; i < 16 * (g + 1); i++) {
                        codes[i] = nearest((x[b + i] + shift) / step, 0, 3);
                    }
                }
            }
            planes(codes, out, at + 16);
        }
    }

    static void q3k(float[] x, int from, int elements, byte[] out, int at) {
        int[] codes = new int[256];
        int[] group = new int[16];
        float[] scales = new float[16];
        for (int b = from; b < from + elements; b += 256, at += 110) {
            Arrays.fill(out, at, at + 110, (byte) 0);
            for (int g = 0; g < 16; g++) {
                Arrays.fill(group, 0);
                scales[g] = SymmetricFit.descend(x, b + 16 * g, 4, group);
                for (int i = 0; i < 16; i++) {
                    // groups of zeros have the lowest code, as in the reference
                    codes[16 * g + i] = scales[g] == 0 ? 0 : group[i] + 4;
                }
            }
            float most = SymmetricFit.most(scales);
            if (most != 0) {
                float inverse = -32 / most;
                float d = half(1 / inverse, out, at + 108);
                for (int g = 0; g < 16; g++) {
                    int scale = nearest(inverse * scales[g], -32, 31);
                    packScale(g, scale + 32, out, at + 96);
                    float step = d * scale;
                    if (step != 0) {
                        for (int i = 16 * g; i < 16 * (g + 1); i++) {
                            codes[i] = nearest(x[b + i] / step, -4, 3) + 4;
                        }
                    }
                }
            }
            for (int i = 0; i < 256; i++) {
                out[at + i % 32] |= (byte) (codes[i] >> 2 << i / 32);
                codes[i] &= 3;
            }
            planes(codes, out, at + 32);
        }
    }

    /** Low four bits of a scale: the first eight in low half bytes, the others in high ones; high two bits in four more bytes. */
    private static void packScale(int g, int scale, byte[] out, int at) {
        out[at + g % 8] |= (byte) (g < 8 ? scale & 15 : (scale & 15) << 4);
        out[at + 8 + g % 4] |= (byte) (scale >> 4 << 2 * (g / 4));
    }

    /** Two bits a code: in each half of 128, code {@code 32 j + l} is plane j of byte l. */
    private static void planes(int[] codes, byte[] out, int at) {
        for (int n = 0; n < 2; n++) {
            for (int l = 0; l < 32; l++) {
                int i = 128 * n + l;
                out[at + 32 * n + l] = (byte) (codes[i] | codes[i + 32] << 2 | codes[i + 64] << 4 | codes[i + 96] << 6);
            }
        }
    }
}
