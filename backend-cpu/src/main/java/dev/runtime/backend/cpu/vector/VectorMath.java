package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.vector.Lanes.all;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Functions of floats, in single precision throughout. */
final class VectorMath {
    /** Adding it rounds to an integer, which then stands in the low bits. */
    static final float ROUND = 0x1.8p23f;

    private static final float LOG2_E = 1.44269504f;
    private static final float LN2_HIGH = 0.693145751953125f;
    private static final float LN2_LOW = 1.42860677e-6f;

    private VectorMath() {}

    /** Returns {@code e^x} to about one unit in the last place; x counts as -87.3 below that and as 88 above that. */
    static FloatVector exp(FloatVector x) {
        FloatVector z = x.min(88f).max(-87.3f);
        FloatVector shifted = z.fma(all(LOG2_E), all(ROUND));
        FloatVector n = shifted.sub(ROUND);
        FloatVector r = n.fma(all(-LN2_LOW), n.fma(all(-LN2_HIGH), z));
        FloatVector p = all(1.9875691500e-4f);
        p = p.fma(r, all(1.3981999507e-3f));
        p = p.fma(r, all(8.3334519073e-3f));
        p = p.fma(r, all(4.1665795894e-2f));
        p = p.fma(r, all(1.6666665459e-1f));
        p = p.fma(r, all(5.0000001201e-1f));
        p = p.fma(r.mul(r), r.add(1f));
        IntVector power = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).add(Float.floatToRawIntBits(1f));
        return p.mul(power.reinterpretAsFloats());
    }

    /** Returns {@code 1 / (1 + e^-x)}. */
    static FloatVector sigmoid(FloatVector x) {
        return all(1f).div(exp(x.neg()).add(1f));
    }

    /** Returns {@code tanh x}. */
    static FloatVector tanh(FloatVector x) {
        return sigmoid(x.add(x)).mul(2f).sub(1f);
    }
}
