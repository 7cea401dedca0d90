package dev.runtime.plugin.format.gguf.quant;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Types that are no blocks. */
final class PlainNumbers {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

    private PlainNumbers() {}

    static void f32(float[] x, int from, int elements, byte[] out, int at) {
        for (int i = 0; i < elements; i++) {
            INT.set(out, at + 4 * i, Float.floatToRawIntBits(x[from + i]));
        }
    }

    static void f16(float[] x, int from, int elements, byte[] out, int at) {
        for (int i = 0; i < elements; i++) {
            SHORT.set(out, at + 2 * i, Float.floatToFloat16(x[from + i]));
        }
    }

    /** Rounds to nearest even; a NaN stays one. */
    static void bf16(float[] x, int from, int elements, byte[] out, int at) {
        for (int i = 0; i < elements; i++) {
            int bits = Float.floatToRawIntBits(x[from + i]);
            int upper = Float.isNaN(x[from + i]) ? bits >> 16 | 64 : bits + 0x7FFF + (bits >> 16 & 1) >> 16;
            SHORT.set(out, at + 2 * i, (short) upper);
        }
    }
}
