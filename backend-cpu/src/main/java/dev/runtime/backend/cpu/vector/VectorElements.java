package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.store;

import dev.runtime.api.graph.Activation;
import dev.runtime.backend.cpu.kernels.Functions;
import jdk.incubator.vector.FloatVector;

/** Norms and element-wise functions. Rests of less than a vector are done one by one. */
final class VectorElements {
    private static final float GELU_INNER = (float) Math.sqrt(8 / Math.PI);

    private VectorElements() {}

    static void rmsNorm(long x, long weight, long y, int n, float epsilon) {
        float factor = (float) (1 / Math.sqrt((double) VectorDot.dot(x, x, n) / n + epsilon));
        int end = n - n % N;
        for (int i = 0; i < end; i += N) {
            FloatVector v = floats(x + 4L * i).mul(factor);
            store(weight == 0 ? v : v.mul(floats(weight + 4L * i)), y + 4L * i);
        }
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, f32(x + 4L * i) * factor * (weight == 0 ? 1 : f32(weight + 4L * i)));
        }
    }

    static void layerNorm(long x, long weight, long bias, long y, int n, float epsilon) {
        float mean = mean(x, n);
        int end = n - n % N;
        FloatVector squares = all(0f);
        for (int i = 0; i < end; i += N) {
            FloatVector v = floats(x + 4L * i).sub(mean);
            squares = v.fma(v, squares);
        }
        double sum = Lanes.sum(squares);
        for (int i = end; i < n; i++) {
            sum += (f32(x + 4L * i) - mean) * (f32(x + 4L * i) - mean);
        }
        float factor = (float) (1 / Math.sqrt(sum / n + epsilon));
        for (int i = 0; i < end; i += N) {
            FloatVector v = floats(x + 4L * i).sub(mean).mul(factor);
            v = weight == 0 ? v : v.mul(floats(weight + 4L * i));
            store(bias == 0 ? v : v.add(floats(bias + 4L * i)), y + 4L * i);
        }
        for (int i = end; i < n; i++) {
            float v = (f32(x + 4L * i) - mean) * factor * (weight == 0 ? 1 : f32(weight + 4L * i));
            f32(y + 4L * i, v + (bias == 0 ? 0 : f32(bias + 4L * i)));
        }
    }

    private static float mean(long x, int n) {
        int end = n - n % N;
        FloatVector sums = all(0f);
        for (int i = 0; i < end; i += N) {
            sums = sums.add(floats(x + 4L * i));
        }
        double sum = Lanes.sum(sums);
        for (int i = end; i < n; i++) {
            sum += f32(x + 4L * i);
        }
        return (float) (sum / n);
    }

    /** Tells whether a function has a vector form. */
    static boolean has(Activation function) {
        return function != Activation.GELU_ERF && function != Activation.SOFTPLUS && function != Activation.EXP;
    }

    private static FloatVector apply(Activation function, FloatVector z) {
        return switch (function) {
            case SILU -> z.mul(VectorMath.sigmoid(z));
            case GELU_TANH -> z.mul(VectorMath.sigmoid(z.mul(z).mul(z).fma(all(0.044715f), z).mul(GELU_INNER)));
            case GELU_QUICK -> z.mul(VectorMath.sigmoid(z.mul(1.702f)));
            case RELU -> z.max(0f);
            case RELU_SQUARED -> z.max(0f).mul(z.max(0f));
            case SIGMOID -> VectorMath.sigmoid(z);
            case TANH -> VectorMath.tanh(z);
            case GELU_ERF, SOFTPLUS, EXP, SWIGLU_CLAMPED -> throw new IllegalArgumentException(function + " has no vector form");
        };
    }

    static void activate(Activation function, long x, long y, int n) {
        int end = has(function) ? n - n % N : 0;
        for (int i = 0; i < end; i += N) {
            store(apply(function, floats(x + 4L * i)), y + 4L * i);
        }
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, (float) Functions.apply(function, f32(x + 4L * i)));
        }
    }

    static void gate(Activation function, long gate, long up, long y, int n) {
        int end = has(function) ? n - n % N : 0;
        if (function == Activation.SWIGLU_CLAMPED) {
            for (int i = 0; i < end; i += N) {
                FloatVector g = floats(gate + 4L * i).min(7f);
                FloatVector u = floats(up + 4L * i).min(7f).max(-7f);
                store(g.mul(VectorMath.sigmoid(g.mul(1.702f))).mul(u.add(1f)), y + 4L * i);
            }
        } else {
            for (int i = 0; i < end; i += N) {
                store(apply(function, floats(gate + 4L * i)).mul(floats(up + 4L * i)), y + 4L * i);
            }
        }
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, (float) Functions.gate(function, f32(gate + 4L * i), f32(up + 4L * i)));
        }
    }

    static void softCap(long x, float cap, long y, int n) {
        int end = n - n % N;
        for (int i = 0; i < end; i += N) {
            store(VectorMath.tanh(floats(x + 4L * i).div(cap)).mul(cap), y + 4L * i);
        }
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, (float) Functions.softCap(f32(x + 4L * i), cap));
        }
    }

    static void add(long a, long b, long y, int n) {
        int end = n - n % N;
        for (int i = 0; i < end; i += N) {
            store(floats(a + 4L * i).add(floats(b + 4L * i)), y + 4L * i);
        }
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, f32(a + 4L * i) + f32(b + 4L * i));
        }
    }

    static void multiply(long a, long b, long y, int n) {
        int end = n - n % N;
        for (int i = 0; i < end; i += N) {
            store(floats(a + 4L * i).mul(floats(b + 4L * i)), y + 4L * i);
        }
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, f32(a + 4L * i) * f32(b + 4L * i));
        }
    }

    static void scale(long x, float factor, long y, int n) {
        int end = n - n % N;
        for (int i = 0; i < end; i += N) {
            store(floats(x + 4L * i).mul(factor), y + 4L * i);
        }
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, f32(x + 4L * i) * factor);
        }
    }

    static void accumulate(long x, float factor, long y, int n) {
        int end = n - n % N;
        FloatVector f = all(factor);
        for (int i = 0; i < end; i += N) {
            store(floats(x + 4L * i).fma(f, floats(y + 4L * i)), y + 4L * i);
        }
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, f32(y + 4L * i) + factor * f32(x + 4L * i));
        }
    }
}
