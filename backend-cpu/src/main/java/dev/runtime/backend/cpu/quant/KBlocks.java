package dev.runtime.backend.cpu.quant;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i8;
import static dev.runtime.backend.cpu.memory.Memory.u8;

/** Super-blocks of 256 elements: scales of parts are integers times the scale of the whole. */
final class KBlocks {
    private KBlocks() {}

    /** 16 bytes of 4-bit scales and minimums, 64 bytes of 2-bit levels, d, dmin. */
    static void q2k(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 84, t += 1024) {
            float d = f16(s + 80);
            float min = f16(s + 82);
            for (int part = 0; part < 16; part++) {
                int scale = u8(s + part);
                float dl = d * (scale & 15);
                float ml = min * (scale >> 4);
                long levels = s + 16 + 32 * (part / 8) + 16 * (part % 2);
                int shift = part % 8 / 2 * 2;
                for (int l = 0; l < 16; l++) {
                    f32(t + 64 * part + 4 * l, dl * (u8(levels + l) >> shift & 3) - ml);
                }
            }
        }
    }

    /** 32 bytes of third bits (set: no subtraction of 4), 64 bytes of 2-bit levels, 12 bytes of 6-bit scales, d. */
    static void q3k(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 110, t += 1024) {
            float d = f16(s + 108);
            for (int part = 0; part < 16; part++) {
                int low = part < 8 ? u8(s + 96 + part) & 15 : u8(s + 96 + part - 8) >> 4;
                int high = u8(s + 104 + part % 4) >> 2 * (part / 4) & 3;
                float dl = d * ((low | high << 4) - 32);
                long levels = s + 32 + 32 * (part / 8) + 16 * (part % 2);
                long mask = s + 16 * (part % 2);
                int shift = part % 8 / 2 * 2;
                for (int l = 0; l < 16; l++) {
                    int third = u8(mask + l) >> part / 2 & 1;
                    f32(t + 64 * part + 4 * l, dl * ((u8(levels + l) >> shift & 3) - (third == 1 ? 0 : 4)));
                }
            }
        }
    }

    /** d, dmin, 12 bytes of 6-bit scales and minimums, 128 bytes of 4-bit levels. */
    static void q4k(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 144, t += 1024) {
            float d = f16(s);
            float min = f16(s + 2);
            for (int part = 0; part < 8; part++) {
                float dl = d * scale(s + 4, part);
                float ml = min * minimum(s + 4, part);
                long levels = s + 16 + 32 * (part / 2);
                int shift = 4 * (part % 2);
                for (int l = 0; l < 32; l++) {
                    f32(t + 128 * part + 4 * l, dl * (u8(levels + l) >> shift & 15) - ml);
                }
            }
        }
    }

    /** As Q4_K with 32 bytes of fifth bits before the levels: bit {@code part} of byte l. */
    static void q5k(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 176, t += 1024) {
            float d = f16(s);
            float min = f16(s + 2);
            for (int part = 0; part < 8; part++) {
                float dl = d * scale(s + 4, part);
                float ml = min * minimum(s + 4, part);
                long levels = s + 48 + 32 * (part / 2);
                int shift = 4 * (part % 2);
                for (int l = 0; l < 32; l++) {
                    int q = u8(levels + l) >> shift & 15 | (u8(s + 16 + l) >> part & 1) << 4;
                    f32(t + 128 * part + 4 * l, dl * q - ml);
                }
            }
        }
    }

    /** 128 bytes of low 4 bits, 64 bytes of high 2 bits, 16 signed scales, d; levels are offset by 32. */
    static void q6k(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 210, t += 1024) {
            float d = f16(s + 208);
            for (int part = 0; part < 16; part++) {
                float dl = d * i8(s + 192 + part);
                int quarter = part % 8 / 2;
                int half = part / 8;
                long low = s + 64 * half + 32 * (quarter % 2) + 16 * (part % 2);
                long high = s + 128 + 32 * half + 16 * (part % 2);
                for (int l = 0; l < 16; l++) {
                    int q = u8(low + l) >> 4 * (quarter / 2) & 15 | (u8(high + l) >> 2 * quarter & 3) << 4;
                    f32(t + 64 * part + 4 * l, dl * (q - 32));
                }
            }
        }
    }

    /** Returns the 6-bit scale of one of 8 parts. */
    static int scale(long packed, int part) {
        return part < 4
                ? u8(packed + part) & 63
                : u8(packed + part + 4) & 15 | u8(packed + part - 4) >> 6 << 4;
    }

    /** Returns the 6-bit minimum of one of 8 parts. */
    static int minimum(long packed, int part) {
        return part < 4
                ? u8(packed + part + 4) & 63
                : u8(packed + part + 4) >> 4 | u8(packed + part) >> 6 << 4;
    }
}
