package dev.runtime.plugin.format.gguf.quant;

import static dev.runtime.plugin.format.gguf.quant.Rounding.away;
import static dev.runtime.plugin.format.gguf.quant.Rounding.half;
import static dev.runtime.plugin.format.gguf.quant.Rounding.inverse;
import static dev.runtime.plugin.format.gguf.quant.Rounding.peak;

/** Blocks of 32 weights with one scale, and perhaps one minimum. Elements 0..15 lie in the low half bytes, 16..31 in the high ones. */
final class SimpleBlocks {
    private SimpleBlocks() {}

    /** {@code d = max|x| / 127}, {@code q = x / d} rounded half away from zero. */
    static void q80(float[] x, int from, int elements, byte[] out, int at) {
        for (int b = from; b < from + elements; b += 32, at += 34) {
            float d = Math.abs(peak(x, b, 32)) / 127;
            float id = inverse(d);
            half(d, out, at);
            for (int j = 0; j < 32; j++) {
                out[at + 2 + j] = (byte) away(x[b + j] * id);
            }
        }
    }

    /** {@code d = peak / -8}, {@code q = x / d + 8} rounded half up, at most 15. */
    static void q40(float[] x, int from, int elements, byte[] out, int at) {
        for (int b = from; b < from + elements; b += 32, at += 18) {
            float d = peak(x, b, 32) / -8;
            float id = inverse(d);
            half(d, out, at);
            for (int j = 0; j < 16; j++) {
                out[at + 2 + j] = (byte) (code(x[b + j] * id + 8.5f, 15) | code(x[b + 16 + j] * id + 8.5f, 15) << 4);
            }
        }
    }

    /** {@code d = peak / -16}, {@code q = x / d + 16} rounded half up, at most 31; the fifth bits lie apart. */
    static void q50(float[] x, int from, int elements, byte[] out, int at) {
        for (int b = from; b < from + elements; b += 32, at += 22) {
            float d = peak(x, b, 32) / -16;
            half(d, out, at);
            fiveBits(x, b, 0, inverse(d), 16.5f, out, at + 2);
        }
    }

    /** {@code m = min}, {@code d = (max - min) / 15}, {@code q = (x - m) / d} rounded half up, at most 15. */
    static void q41(float[] x, int from, int elements, byte[] out, int at) {
        for (int b = from; b < from + elements; b += 32, at += 20) {
            float min = least(x, b);
            float d = (most(x, b) - min) / 15;
            float id = inverse(d);
            half(d, out, at);
            half(min, out, at + 2);
            for (int j = 0; j < 16; j++) {
                out[at + 4 + j] = (byte) (code((x[b + j] - min) * id + 0.5f, 15) | code((x[b + 16 + j] - min) * id + 0.5f, 15) << 4);
            }
        }
    }

    /** {@code m = min}, {@code d = (max - min) / 31}, {@code q = (x - m) / d} rounded half up; the fifth bits lie apart. */
    static void q51(float[] x, int from, int elements, byte[] out, int at) {
        for (int b = from; b < from + elements; b += 32, at += 24) {
            float min = least(x, b);
            float d = (most(x, b) - min) / 31;
            half(d, out, at);
            half(min, out, at + 2);
            fiveBits(x, b, min, inverse(d), 0.5f, out, at + 4);
        }
    }

    private static void fiveBits(float[] x, int b, float min, float id, float offset, byte[] out, int at) {
        int high = 0;
        for (int j = 0; j < 16; j++) {
            int first = code((x[b + j] - min) * id + offset, 31);
            int second = code((x[b + 16 + j] - min) * id + offset, 31);
            out[at + 4 + j] = (byte) (first & 15 | (second & 15) << 4);
            high |= first >> 4 << j | second >> 4 << j + 16;
        }
        for (int i = 0; i < 4; i++) {
            out[at + i] = (byte) (high >> 8 * i);
        }
    }

    /** What is no number becomes 0. */
    private static int code(float v, int most) {
        return Math.clamp((int) v, 0, most);
    }

    private static float least(float[] x, int from) {
        float least = x[from];
        for (int i = from + 1; i < from + 32; i++) {
            least = x[i] < least ? x[i] : least;
        }
        return least;
    }

    private static float most(float[] x, int from) {
        float most = x[from];
        for (int i = from + 1; i < from + 32; i++) {
            most = x[i] > most ? x[i] : most;
        }
        return most;
    }
}
