package dev.runtime.backend.cpu.quant;

import static dev.runtime.backend.cpu.memory.Memory.copy;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i16;
import static dev.runtime.backend.cpu.memory.Memory.i8;

import dev.runtime.api.model.TensorType;
import java.util.Optional;

/** Turns 32-bit floats into stored elements, for the KV cache. Pure; safe for use by many threads. */
@FunctionalInterface
public interface RowEncoder {
    /**
     * Stores elements.
     *
     * @param source address of floats
     * @param elements a multiple of the type's block size
     * @param target address of the first block
     */
    void encode(long source, int elements, long target);

    /** Returns the encoder of a type, or nothing if a cache cannot have it. */
    static Optional<RowEncoder> of(TensorType type) {
        return switch (type) {
            case F32 -> Optional.of((s, n, t) -> copy(s, t, 4L * n));
            case F16 -> Optional.of(RowEncoder::f16);
            case BF16 -> Optional.of(RowEncoder::bf16);
            case Q8_0 -> Optional.of(RowEncoder::q80);
            case Q4_0 -> Optional.of(RowEncoder::q40);
            case TensorType other -> Optional.empty();
        };
    }

    private static void f16(long s, int n, long t) {
        for (int i = 0; i < n; i++) {
            i16(t + 2L * i, Float.floatToFloat16(f32(s + 4L * i)));
        }
    }

    /** Rounds to nearest even; a NaN stays one. */
    private static void bf16(long s, int n, long t) {
        for (int i = 0; i < n; i++) {
            float x = f32(s + 4L * i);
            int bits = Float.floatToRawIntBits(x);
            i16(t + 2L * i, Float.isNaN(x) ? bits >> 16 | 64 : bits + 0x7FFF + (bits >> 16 & 1) >> 16);
        }
    }

    /** {@code d = max|x| / 127}, {@code q = x / d} rounded half away from zero. */
    private static void q80(long s, int n, long t) {
        for (int b = 0; b < n / 32; b++, s += 128, t += 34) {
            float max = 0;
            for (int j = 0; j < 32; j++) {
                max = Math.max(max, Math.abs(f32(s + 4 * j)));
            }
            float d = max / 127;
            float inverse = d == 0 ? 0 : 1 / d;
            i16(t, Float.floatToFloat16(d));
            for (int j = 0; j < 32; j++) {
                float v = f32(s + 4 * j) * inverse;
                i8(t + 2 + j, (int) (v + (v < 0 ? -0.5f : 0.5f)));
            }
        }
    }

    /** {@code d = x / -8} of the x with the largest magnitude, {@code q = x / d + 8}. */
    private static void q40(long s, int n, long t) {
        for (int b = 0; b < n / 32; b++, s += 128, t += 18) {
            float peak = 0;
            for (int j = 0; j < 32; j++) {
                float x = f32(s + 4 * j);
                if (Math.abs(x) > Math.abs(peak)) {
                    peak = x;
                }
            }
            float d = peak / -8;
            float inverse = d == 0 ? 0 : 1 / d;
            i16(t, Float.floatToFloat16(d));
            for (int j = 0; j < 16; j++) {
                int low = Math.min(15, (int) (f32(s + 4 * j) * inverse + 8.5f));
                int high = Math.min(15, (int) (f32(s + 64 + 4 * j) * inverse + 8.5f));
                i8(t + 2 + j, low | high << 4);
            }
        }
    }
}
