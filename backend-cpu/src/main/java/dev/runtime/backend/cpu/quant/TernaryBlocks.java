package dev.runtime.backend.cpu.quant;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.u8;

/** Super-blocks of 256 elements -d, 0 or d. */
final class TernaryBlocks {
    private static final int[] POWERS = {1, 3, 9, 27, 81};

    private TernaryBlocks() {}

    /** Five base-3 digits a byte as a fixed-point fraction: 32 bytes, 16 bytes, then 4 bytes of four digits; d. */
    static void tq10(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 54, t += 1024) {
            float d = f16(s + 52);
            digits(s, 32, 5, d, t);
            digits(s + 32, 16, 5, d, t + 4 * 160);
            digits(s + 48, 4, 4, d, t + 4 * 240);
        }
    }

    private static void digits(long bytes, int count, int digits, float d, long t) {
        for (int k = 0; k < digits; k++) {
            for (int m = 0; m < count; m++) {
                int fraction = u8(bytes + m) * POWERS[k] & 0xFF;
                f32(t + 4 * (k * count + m), ((fraction * 3 >> 8) - 1) * d);
            }
        }
    }

    /** Two halves of 32 bytes, each of four planes of 2 bits; d. */
    static void tq20(long s, int n, long t) {
        for (long end = t + 4L * n; t < end; s += 66, t += 1024) {
            float d = f16(s + 64);
            for (int i = 0; i < 256; i++) {
                int q = u8(s + 32 * (i / 128) + i % 32) >> 2 * (i % 128 / 32) & 3;
                f32(t + 4 * i, (q - 1) * d);
            }
        }
    }
}
