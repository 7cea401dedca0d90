package dev.runtime.backend.cpu.quant;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i32;
import static dev.runtime.backend.cpu.memory.Memory.i8;
import static dev.runtime.backend.cpu.memory.Memory.u8;

/**
 * Blocks of one scale {@code d}, some with a minimum {@code m}. In blocks of 32, byte j holds element j in its low and element
 * {@code j + 16} in its high half.
 */
final class SimpleBlocks {
    private SimpleBlocks() {}

    /** {@code x = (q - 8) d}; d, 16 bytes. */
    static void q40(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 18, t += 128) {
            float d = f16(s);
            for (int j = 0; j < 16; j++) {
                int q = u8(s + 2 + j);
                f32(t + 4 * j, ((q & 15) - 8) * d);
                f32(t + 64 + 4 * j, ((q >> 4) - 8) * d);
            }
        }
    }

    /** {@code x = q d + m}; d, m, 16 bytes. */
    static void q41(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 20, t += 128) {
            float d = f16(s);
            float m = f16(s + 2);
            for (int j = 0; j < 16; j++) {
                int q = u8(s + 4 + j);
                f32(t + 4 * j, (q & 15) * d + m);
                f32(t + 64 + 4 * j, (q >> 4) * d + m);
            }
        }
    }

    /** {@code x = (q - 16) d}; d, 32 fifth bits, 16 bytes. */
    static void q50(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 22, t += 128) {
            float d = f16(s);
            int high = i32(s + 2);
            for (int j = 0; j < 16; j++) {
                int q = u8(s + 6 + j);
                f32(t + 4 * j, ((q & 15 | (high >> j & 1) << 4) - 16) * d);
                f32(t + 64 + 4 * j, ((q >> 4 | (high >> j + 16 & 1) << 4) - 16) * d);
            }
        }
    }

    /** {@code x = q d + m}; d, m, 32 fifth bits, 16 bytes. */
    static void q51(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 24, t += 128) {
            float d = f16(s);
            float m = f16(s + 2);
            int high = i32(s + 4);
            for (int j = 0; j < 16; j++) {
                int q = u8(s + 8 + j);
                f32(t + 4 * j, (q & 15 | (high >> j & 1) << 4) * d + m);
                f32(t + 64 + 4 * j, (q >> 4 | (high >> j + 16 & 1) << 4) * d + m);
            }
        }
    }

    /** {@code x = q d}; d, 32 signed bytes. */
    static void q80(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 34, t += 128) {
            float d = f16(s);
            for (int j = 0; j < 32; j++) {
                f32(t + 4 * j, i8(s + 2 + j) * d);
            }
        }
    }

    /** {@code x = bit ? d : -d}; d, 128 bits. */
    static void q10(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 18, t += 512) {
            float d = f16(s);
            for (int j = 0; j < 128; j++) {
                f32(t + 4 * j, (u8(s + 2 + j / 8) >> j % 8 & 1) == 1 ? d : -d);
            }
        }
    }

    /** {@code x = (q - 1) d}; d, 64 pairs of bits. */
    static void q20(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 18, t += 256) {
            float d = f16(s);
            for (int j = 0; j < 64; j++) {
                f32(t + 4 * j, ((u8(s + 2 + j / 4) >> 2 * (j % 4) & 3) - 1) * d);
            }
        }
    }
}
