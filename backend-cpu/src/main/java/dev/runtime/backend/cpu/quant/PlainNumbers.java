package dev.runtime.backend.cpu.quant;

import dev.runtime.backend.cpu.memory.Memory;

/** Types without blocks. */
final class PlainNumbers {
    private PlainNumbers() {}

    static void f32(long s, int n, long t) {
        Memory.copy(s, t, 4L * n);
    }

    static void f16(long s, int n, long t) {
        for (int i = 0; i < n; i++) {
            put(t, i, Memory.f16(s + 2L * i));
        }
    }

    static void bf16(long s, int n, long t) {
        for (int i = 0; i < n; i++) {
            put(t, i, Float.intBitsToFloat(Memory.i16(s + 2L * i) << 16));
        }
    }

    static void f64(long s, int n, long t) {
        for (int i = 0; i < n; i++) {
            put(t, i, (float) Memory.f64(s + 8L * i));
        }
    }

    private static void put(long t, int i, float value) {
        Memory.f32(t + 4L * i, value);
    }
}
