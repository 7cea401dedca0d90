package dev.runtime.plugin.format.gguf.quant;

/** Rounding and half floats as the reference does them. */
final class Rounding {
    /** Groups whose largest magnitude is below this are zero. */
    static final float TINY = 1e-15f;

    private Rounding() {}

    /** Rounds to the nearest integer, halves to the even one. */
    static int nearest(float v) {
        return (int) Math.rint(v);
    }

    /** Rounds to the nearest integer, but not below {@code low} or above {@code high}. */
    static int nearest(float v, int low, int high) {
        return Math.clamp(nearest(v), low, high);
    }

    /** Rounds to the nearest integer, halves away from zero. */
    static int away(float v) {
        int whole = (int) v;
        float rest = v - whole;
        return rest >= 0.5f ? whole + 1 : rest <= -0.5f ? whole - 1 : whole;
    }

    /** Returns the inverse, 0 for 0. */
    static float inverse(float d) {
        return d == 0 ? 0 : 1 / d;
    }

    /** Stores a half float and returns what it holds. */
    static float half(float v, byte[] out, int at) {
        short bits = Float.floatToFloat16(v);
        out[at] = (byte) bits;
        out[at + 1] = (byte) (bits >> 8);
        return Float.float16ToFloat(bits);
    }

    /** Returns the element of the largest magnitude, with its sign; of equal ones the first. */
    static float peak(float[] x, int from, int n) {
        float peak = 0;
        float most = 0;
        for (int i = from; i < from + n; i++) {
            float magnitude = Math.abs(x[i]);
            if (magnitude > most) {
                most = magnitude;
                peak = x[i];
            }
        }
        return peak;
    }
}
