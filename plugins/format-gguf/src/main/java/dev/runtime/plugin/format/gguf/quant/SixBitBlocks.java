package dev.runtime.plugin.format.gguf.quant;

import static dev.runtime.plugin.format.gguf.quant.Rounding.TINY;
import static dev.runtime.plugin.format.gguf.quant.Rounding.half;
import static dev.runtime.plugin.format.gguf.quant.Rounding.nearest;

import java.util.Arrays;

/** Super-blocks of 256 weights in 16 groups, each with a signed scale of 8 bits, and codes of 6 bits: low four, then high two. */
final class SixBitBlocks {
    private SixBitBlocks() {}

    static void q6k(float[] x, int from, int elements, byte[] out, int at) {
        float[] scales = new float[16];
        int[] codes = new int[256];
        for (int b = from; b < from + elements; b += 256, at += 210) {
            for (int g = 0; g < 16; g++) {
                scales[g] = SymmetricFit.scan(x, b + 16 * g, 32, codes, 16 * g);
            }
            float most = SymmetricFit.most(scales);
            if (Math.abs(most) < TINY) {
                Arrays.fill(out, at, at + 210, (byte) 0);
                continue;
            }
            float inverse = -128 / most;
            float d = half(1 / inverse, out, at + 208);
            for (int g = 0; g < 16; g++) {
                int scale = Math.min(127, nearest(inverse * scales[g]));
                out[at + 192 + g] = (byte) scale;
                float step = d * scale;
                // a group without a scale stands for zeros, whatever its codes are
                for (int i = 16 * g; step != 0 && i < 16 * (g + 1); i++) {
                    codes[i] = nearest(x[b + i] / step, -32, 31) + 32;
                }
            }
            pack(codes, out, at);
        }
    }

    private static void pack(int[] codes, byte[] out, int at) {
        for (int n = 0; n < 2; n++) {
            for (int l = 0; l < 32; l++) {
                int first = codes[128 * n + l];
                int second = codes[128 * n + 32 + l];
                int third = codes[128 * n + 64 + l];
                int fourth = codes[128 * n + 96 + l];
                out[at + 64 * n + l] = (byte) (first & 15 | (third & 15) << 4);
                out[at + 64 * n + 32 + l] = (byte) (second & 15 | (fourth & 15) << 4);
                out[at + 128 + 32 * n + l] = (byte) (first >> 4 | second >> 4 << 2 | third >> 4 << 4 | fourth >> 4 << 6);
            }
        }
    }
}
