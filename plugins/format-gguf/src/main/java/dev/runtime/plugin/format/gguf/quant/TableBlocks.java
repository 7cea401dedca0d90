package dev.runtime.plugin.format.gguf.quant;

import static dev.runtime.plugin.format.gguf.quant.Rounding.TINY;
import static dev.runtime.plugin.format.gguf.quant.Rounding.half;
import static dev.runtime.plugin.format.gguf.quant.Rounding.inverse;
import static dev.runtime.plugin.format.gguf.quant.Rounding.nearest;
import static dev.runtime.plugin.format.gguf.quant.Rounding.peak;

import java.util.Arrays;

/** Blocks whose codes are places in a table of levels. */
final class TableBlocks {
    private static final int[] LEVELS = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};
    /** E2M1 numbers, doubled. */
    private static final int[] FP4 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};
    /** Scales tried on each side of the first. */
    private static final int TRIES = 7;

    private TableBlocks() {}

    static void iq4nl(float[] x, int from, int elements, byte[] out, int at) {
        for (int b = from; b < from + elements; b += 32, at += 18) {
            float d = scale(x, b);
            half(d, out, at);
            codes(x, b, inverse(d), out, at + 2);
        }
    }

    static void iq4xs(float[] x, int from, int elements, byte[] out, int at) {
        float[] scales = new float[8];
        for (int b = from; b < from + elements; b += 256, at += 136) {
            Arrays.fill(out, at, at + 8, (byte) 0);
            for (int g = 0; g < 8; g++) {
                scales[g] = scale(x, b + 32 * g);
            }
            float d = -peak(scales, 0, 8) / 32;
            float id = inverse(d);
            half(d, out, at);
            int high = 0;
            for (int g = 0; g < 8; g++) {
                int scale = nearest(id * scales[g], -32, 31);
                codes(x, b + 32 * g, inverse(d * scale), out, at + 8 + 16 * g);
                out[at + 4 + g / 2] |= (byte) ((scale + 32 & 15) << 4 * (g % 2));
                high |= scale + 32 >> 4 << 2 * g;
            }
            out[at + 2] = (byte) high;
            out[at + 3] = (byte) (high >> 8);
        }
    }

    static void mxfp4(float[] x, int from, int elements, byte[] out, int at) {
        for (int b = from; b < from + elements; b += 32, at += 17) {
            float most = Math.abs(peak(x, b, 32));
            // the logarithm as a float, as the reference takes it
            int e = most == 0 ? 0 : Math.clamp((int) Math.floor((float) (Math.log(most) / Math.log(2))) - 2 + 127, 0, 254);
            float scale = Float.intBitsToFloat(e < 2 ? 0x00200000 << e : e - 1 << 23);
            out[at] = (byte) e;
            for (int j = 0; j < 16; j++) {
                out[at + 1 + j] = (byte) (fp4(x[b + j], scale) | fp4(x[b + 16 + j], scale) << 4);
            }
        }
    }

    private static int fp4(float v, float scale) {
        int best = 0;
        float error = Math.abs(v);
        for (int i = 1; i < 16; i++) {
            float next = Math.abs(FP4[i] * scale - v);
            if (next < error) {
                best = i;
                error = next;
            }
        }
        return best;
    }

    /** Finds the scale of a group: first the one that takes the peak to the lowest level, then others around it, each refined. */
    private static float scale(float[] x, int from) {
        float peak = peak(x, from, 32);
        if (Math.abs(peak) < TINY) {
            return 0;
        }
        float d = 0;
        float best = 0;
        for (int round = -1; round <= 2 * TRIES; round++) {
            // 1 / (peak / 127) and 127 / peak differ in the last bit
            float id = round < 0 ? 1 / (-peak / LEVELS[0]) : (round - TRIES + LEVELS[0]) / peak;
            float sumQX = 0;
            float sumQQ = 0;
            for (int i = from; i < from + 32; i++) {
                int q = LEVELS[level(id * x[i])];
                float w = x[i] * x[i];
                sumQX += w * q * x[i];
                sumQQ += w * q * q;
            }
            if (sumQQ > 0 && (round < 0 || sumQX * sumQX > best * sumQQ)) {
                d = sumQX / sumQQ;
                best = d * sumQX;
            }
        }
        return d;
    }

    private static void codes(float[] x, int from, float id, byte[] out, int at) {
        for (int j = 0; j < 16; j++) {
            out[at + j] = (byte) (level(id * x[from + j]) | level(id * x[from + 16 + j]) << 4);
        }
    }

    /** Returns the place of the nearest level, of two equally near ones the higher. */
    private static int level(float v) {
        if (!(v > LEVELS[0])) {
            return 0;
        }
        if (v >= LEVELS[15]) {
            return 15;
        }
        int high = 1;
        while (v >= LEVELS[high]) {
            high++;
        }
        return v - LEVELS[high - 1] < LEVELS[high] - v ? high - 1 : high;
    }
}
