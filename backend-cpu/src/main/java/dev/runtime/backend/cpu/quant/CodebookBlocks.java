package dev.runtime.backend.cpu.quant;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i16;
import static dev.runtime.backend.cpu.memory.Memory.u8;

/** Super-blocks of 256 elements whose runs of 8 or 4 are numbers of vectors in a codebook, see {@link Codebooks}. */
final class CodebookBlocks {
    private CodebookBlocks() {}

    /** d; a run of 32 has four numbers, four 7-bit signs and a scale in 8 bytes. */
    static void iq2xxs(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 66, t += 1024) {
            for (int part = 0; part < 8; part++) {
                long at = s + 2 + 8 * part;
                int word = i32(at + 4);
                float scale = f16(s) * (0.5f + (word >>> 28)) * 0.25f;
                for (int l = 0; l < 4; l++) {
                    vector(Codebooks.IQ2_XXS, u8(at + l), 8, scale, signs(word >> 7 * l), t + 4 * (32 * part + 8 * l));
                }
            }
        }
    }

    /** d, 32 words of a 9-bit number and 7-bit signs, 16 scales of 4 bits. */
    static void iq2xs(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 74, t += 1024) {
            for (int run = 0; run < 32; run++) {
                int word = i16(s + 2 + 2 * run) & 0xFFFF;
                vector(Codebooks.IQ2_XS, word & 511, 8, scale2(s, s + 66, run), signs(word >> 9), t + 32 * run);
            }
        }
    }

    /** d, low bytes of 32 numbers, their signs, two high bits of each, 16 scales of 4 bits. */
    static void iq2s(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 82, t += 1024) {
            for (int run = 0; run < 32; run++) {
                int number = u8(s + 2 + run) | (u8(s + 66 + run / 4) >> 2 * (run % 4) & 3) << 8;
                vector(Codebooks.IQ2_S, number, 8, scale2(s, s + 74, run), u8(s + 34 + run), t + 32 * run);
            }
        }
    }

    /** d, 64 numbers, then for each run of 32 four 7-bit signs and a scale. */
    static void iq3xxs(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 98, t += 1024) {
            for (int run = 0; run < 64; run++) {
                int word = i32(s + 66 + 4 * (run / 8));
                float scale = f16(s) * (0.5f + (word >>> 28)) * 0.5f;
                vector(Codebooks.IQ3_XXS, u8(s + 2 + run), 4, scale, signs(word >> 7 * (run % 8 / 2)) >> 4 * (run % 2), t + 16 * run);
            }
        }
    }

    /** d, low bytes of 64 numbers, a high bit of each, signs, 8 scales of 4 bits. */
    static void iq3s(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 110, t += 1024) {
            for (int run = 0; run < 64; run++) {
                int number = u8(s + 2 + run) | (u8(s + 66 + run / 8) >> run % 8 & 1) << 8;
                float scale = f16(s) * (1 + 2 * nibble(s + 106, run / 8));
                vector(Codebooks.IQ3_S, number, 4, scale, u8(s + 74 + run / 2) >> 4 * (run % 2), t + 16 * run);
            }
        }
    }

    /** d, low bytes of 32 numbers; a word for each run of 32: four times 3 high bits, a scale, the sign of the shift. */
    static void iq1s(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 50, t += 1024) {
            for (int run = 0; run < 32; run++) {
                int word = i16(s + 34 + 2 * (run / 4)) & 0xFFFF;
                int number = u8(s + 2 + run) | (word >> 3 * (run % 4) & 7) << 8;
                shifted(number, f16(s) * (2 * (word >> 12 & 7) + 1), (word & 0x8000) != 0, t + 32 * run);
            }
        }
    }

    /**
     * Low bytes of 32 numbers; a half byte for each: 3 high bits and the sign of the shift; four words, each of four 3-bit scales below a
     * quarter of d.
     */
    static void iq1m(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 56, t += 1024) {
            int bits = 0;
            for (int i = 0; i < 4; i++) {
                bits |= (u8(s + 49 + 2 * i) >> 4) << 4 * i;
            }
            float d = Float.float16ToFloat((short) bits);
            for (int run = 0; run < 32; run++) {
                int high = nibble(s + 32, run);
                int scale = i16(s + 48 + 2 * (run / 8)) >> 3 * (run % 8 / 2) & 7;
                shifted(u8(s + run) | (high & 7) << 8, d * (2 * scale + 1), (high & 8) != 0, t + 32 * run);
            }
        }
    }

    /** The scale of a run of 8 in IQ2_XS and IQ2_S. */
    private static float scale2(long d, long scales, int run) {
        return f16(d) * (0.5f + nibble(scales, run / 2)) * 0.25f;
    }

    private static int nibble(long bytes, int index) {
        return u8(bytes + index / 2) >> 4 * (index % 2) & 15;
    }

    /** Eight signs of which seven are stored: the number of negative ones is even. */
    private static int signs(int stored) {
        int low = stored & 127;
        return low | (Integer.bitCount(low) & 1) << 7;
    }

    private static void vector(float[] book, int number, int size, float scale, int signs, long t) {
        for (int i = 0; i < size; i++) {
            float value = scale * book[number * size + i];
            f32(t + 4 * i, (signs >> i & 1) == 0 ? value : -value);
        }
    }

    private static void shifted(int number, float scale, boolean down, long t) {
        for (int i = 0; i < 8; i++) {
            f32(t + 4 * i, scale * (Codebooks.IQ1[number * 8 + i] + (down ? -0.125f : 0.125f)));
        }
    }

    private static int i32(long at) {
        return i16(at) & 0xFFFF | i16(at + 2) << 16;
    }
}
