package dev.runtime.plugin.format.gguf.quant;

import static dev.runtime.plugin.format.gguf.quant.Rounding.away;
import static dev.runtime.plugin.format.gguf.quant.Rounding.half;
import static dev.runtime.plugin.format.gguf.quant.Rounding.inverse;
import static dev.runtime.plugin.format.gguf.quant.Rounding.peak;

/** Super-blocks of 256 weights that are -d, 0 or d: {@code d = max|x|}. */
final class TernaryBlocks {
    private TernaryBlocks() {}

    /** Five digits of base 3 a byte, as a fraction of 256: 32 bytes, 16 bytes, then four bytes of four digits. */
    static void tq10(float[] x, int from, int elements, byte[] out, int at) {
        for (int b = from; b < from + elements; b += 256, at += 54) {
            float d = Math.abs(peak(x, b, 256));
            float id = inverse(d);
            digits(x, b, 32, 5, id, out, at);
            digits(x, b + 160, 16, 5, id, out, at + 32);
            digits(x, b + 240, 4, 4, id, out, at + 48);
            half(d, out, at + 52);
        }
    }

    /** Digit n of byte m is weight {@code m + n * bytes}. */
    private static void digits(float[] x, int from, int bytes, int count, float id, byte[] out, int at) {
        for (int m = 0; m < bytes; m++) {
            int q = 0;
            for (int n = 0; n < 5; n++) {
                q = q * 3 + (n < count ? code(x[from + m + n * bytes] * id) : 0);
            }
            out[at + m] = (byte) ((q * 256 + 242) / 243);
        }
    }

    /** Two bits a weight: in each half of 128, weight {@code 32 n + m} is plane n of byte m. */
    static void tq20(float[] x, int from, int elements, byte[] out, int at) {
        for (int b = from; b < from + elements; b += 256, at += 66) {
            float d = Math.abs(peak(x, b, 256));
            float id = inverse(d);
            for (int j = 0; j < 64; j++) {
                int first = b + 128 * (j / 32) + j % 32;
                int q = 0;
                for (int n = 0; n < 4; n++) {
                    q |= code(x[first + 32 * n] * id) << 2 * n;
                }
                out[at + j] = (byte) q;
            }
            half(d, out, at + 64);
        }
    }

    private static int code(float v) {
        return away(v) + 1;
    }
}
