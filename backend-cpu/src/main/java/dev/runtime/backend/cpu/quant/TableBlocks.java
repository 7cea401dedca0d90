package dev.runtime.backend.cpu.quant;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i16;
import static dev.runtime.backend.cpu.memory.Memory.u8;

/** Blocks of 4-bit indices into a table of 16 levels. */
final class TableBlocks {
    /** Levels of IQ4_NL and IQ4_XS. */
    private static final float[] LEVELS = {-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113};

    /** E2M1 numbers, doubled. */
    private static final float[] FP4 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

    private TableBlocks() {}

    /** d, 16 bytes. */
    static void iq4nl(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 18, t += 128) {
            halves(LEVELS, f16(s), s + 2, 16, t);
        }
    }

    /** d, high 2 bits of 8 scales, low 4 bits of them, 8 times 16 bytes. */
    static void iq4xs(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 136, t += 1024) {
            float d = f16(s);
            int high = i16(s + 2);
            for (int part = 0; part < 8; part++) {
                int scale = u8(s + 4 + part / 2) >> 4 * (part % 2) & 15 | (high >> 2 * part & 3) << 4;
                halves(LEVELS, d * (scale - 32), s + 8 + 16 * part, 16, t + 128 * part);
            }
        }
    }

    /** An E8M0 scale {@code 2^(e - 127)}, halved because the table is doubled; 16 bytes. */
    static void mxfp4(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 17, t += 128) {
            int e = u8(s);
            float scale = Float.intBitsToFloat(e < 2 ? 0x0020_0000 << e : e - 1 << 23);
            halves(FP4, scale, s + 1, 16, t);
        }
    }

    /** Four UE4M3 scales, then for each 8 bytes: 16 elements. */
    static void nvfp4(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 36, t += 256) {
            for (int part = 0; part < 4; part++) {
                halves(FP4, ue4m3(u8(s + part)) * 0.5f, s + 4 + 8 * part, 8, t + 64 * part);
            }
        }
    }

    /** The low halves of all bytes, then the high halves. */
    private static void halves(float[] table, float scale, long bytes, int count, long t) {
        for (int j = 0; j < count; j++) {
            int q = u8(bytes + j);
            f32(t + 4 * j, table[q & 15] * scale);
            f32(t + 4 * (j + count), table[q >> 4] * scale);
        }
    }

    private static float ue4m3(int bits) {
        if (bits == 0 || bits == 0x7F) {
            return 0;
        }
        int exponent = bits >> 3 & 15;
        int mantissa = bits & 7;
        return exponent == 0 ? mantissa * 0x1p-9f : Math.scalb(1 + mantissa / 8f, exponent - 7);
    }
}
