package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f16;
import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.memory.Memory.i16;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.exact;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.words;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;

/** Dot products of a row in plain numbers with floats; several sums where one would wait for itself. */
final class VectorDot {
    private static final int SMALLEST_NORMAL_HALF = Float.floatToRawIntBits(0x1p-14f);

    private VectorDot() {}

    static float dot(long a, long b, int n) {
        FloatVector s0 = all(0f);
        FloatVector s1 = s0;
        FloatVector s2 = s0;
        FloatVector s3 = s0;
        int i = 0;
        for (; i <= n - 4 * N; i += 4 * N) {
            s0 = floats(a + 4L * i).fma(floats(b + 4L * i), s0);
            s1 = floats(a + 4L * (i + N)).fma(floats(b + 4L * (i + N)), s1);
            s2 = floats(a + 4L * (i + 2 * N)).fma(floats(b + 4L * (i + 2 * N)), s2);
            s3 = floats(a + 4L * (i + 3 * N)).fma(floats(b + 4L * (i + 3 * N)), s3);
        }
        for (; i <= n - N; i += N) {
            s0 = floats(a + 4L * i).fma(floats(b + 4L * i), s0);
        }
        float sum = Lanes.sum(exact(s0).add(s1).add(exact(s2).add(s3)));
        for (; i < n; i++) {
            sum += f32(a + 4L * i) * f32(b + 4L * i);
        }
        return sum;
    }

    /** The row is in half precision. One sum: turning halves into floats takes longer than the sum waits. */
    static float dotF16(long a, long b, int n) {
        FloatVector s = all(0f);
        int i = 0;
        for (; i <= n - N; i += N) {
            s = floats(b + 4L * i).fma(half(words(a + 2L * i)), s);
        }
        float sum = Lanes.sum(s);
        for (; i < n; i++) {
            sum += f16(a + 2L * i) * f32(b + 4L * i);
        }
        return sum;
    }

    /** The row holds the upper halves of floats. */
    static float dotBf16(long a, long b, int n) {
        FloatVector s0 = all(0f);
        FloatVector s1 = s0;
        int i = 0;
        for (; i <= n - 2 * N; i += 2 * N) {
            s0 = floats(b + 4L * i).fma(upper(words(a + 2L * i)), s0);
            s1 = floats(b + 4L * (i + N)).fma(upper(words(a + 2L * (i + N))), s1);
        }
        float sum = Lanes.sum(exact(s0).add(s1));
        for (; i < n; i++) {
            sum += Float.intBitsToFloat(i16(a + 2L * i) << 16) * f32(b + 4L * i);
        }
        return sum;
    }

    /** Returns floats from their upper halves. */
    static FloatVector upper(IntVector bits) {
        return bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats();
    }

    /**
     * Returns floats from finite half-precision bits, sign-extended: exponent and mantissa move by 13 bits and the exponent's bias is
     * raised by 112; where the exponent is 0 (subnormal numbers), one is added to it and taken off again as the float {@code 2^-14}.
     * Without masks, which the compiler keeps on the heap in some methods.
     */
    static FloatVector half(IntVector bits) {
        IntVector magnitude = IntVector.broadcast(Lanes.I, 0x7FFF).and(bits);
        IntVector subnormal = magnitude.sub(0x400).lanewise(VectorOperators.ASHR, 31);
        IntVector raised = magnitude.lanewise(VectorOperators.LSHL, 13).add(112 << 23).add(subnormal.and(1 << 23));
        FloatVector value = raised.reinterpretAsFloats().sub(subnormal.and(SMALLEST_NORMAL_HALF).reinterpretAsFloats());
        return IntVector.broadcast(Lanes.I, 0x8000_0000).and(bits).or(value.reinterpretAsInts()).reinterpretAsFloats();
    }
}
