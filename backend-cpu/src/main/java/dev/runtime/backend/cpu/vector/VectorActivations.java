package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.store;

import dev.runtime.api.graph.Activation;
import dev.runtime.backend.cpu.kernels.Functions;
import jdk.incubator.vector.FloatVector;

/**
 * Activations. One loop a function, because a choice of functions inside a loop would not stay within what the compiler inlines; the
 * functions without a vector form, and rests of less than a vector, are done one by one. A loop returns how far it went.
 */
final class VectorActivations {
    private static final float GELU_INNER = (float) Math.sqrt(8 / Math.PI);

    private VectorActivations() {}

    static void activate(Activation function, long x, long y, int n) {
        int whole = n - n % N;
        int end = switch (function) {
            case SILU -> silu(x, y, whole);
            case GELU_TANH -> geluTanh(x, y, whole);
            case GELU_QUICK -> geluQuick(x, y, whole);
            case RELU -> relu(x, y, whole);
            case RELU_SQUARED -> reluSquared(x, y, whole);
            case SIGMOID -> sigmoid(x, y, whole);
            case TANH -> tanh(x, y, whole);
            case GELU_TANH_HALF, GELU_ERF, SOFTPLUS, EXP, SWIGLU_CLAMPED -> 0;
        };
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, (float) Functions.apply(function, f32(x + 4L * i)));
        }
    }

    static void gate(Activation function, long gate, long up, long y, int n) {
        int whole = n - n % N;
        int end = switch (function) {
            case SWIGLU_CLAMPED -> swigluClamped(gate, up, y, whole);
            case GELU_TANH_HALF, GELU_ERF, SOFTPLUS, EXP -> 0;
            case SILU, GELU_TANH, GELU_QUICK, RELU, RELU_SQUARED, SIGMOID, TANH -> {
                activate(function, gate, y, whole);
                VectorElements.multiply(y, up, y, whole);
                yield whole;
            }
        };
        for (int i = end; i < n; i++) {
            f32(y + 4L * i, (float) Functions.gate(function, f32(gate + 4L * i), f32(up + 4L * i)));
        }
    }

    private static int silu(long x, long y, int n) {
        for (int i = 0; i < n; i += N) {
            FloatVector z = floats(x + 4L * i);
            store(z.mul(VectorMath.sigmoid(z)), y + 4L * i);
        }
        return n;
    }

    private static int geluTanh(long x, long y, int n) {
        for (int i = 0; i < n; i += N) {
            FloatVector z = floats(x + 4L * i);
            store(z.mul(VectorMath.sigmoid(z.mul(z).mul(z).fma(all(0.044715f), z).mul(GELU_INNER))), y + 4L * i);
        }
        return n;
    }

    private static int geluQuick(long x, long y, int n) {
        for (int i = 0; i < n; i += N) {
            FloatVector z = floats(x + 4L * i);
            store(z.mul(VectorMath.sigmoid(z.mul(1.702f))), y + 4L * i);
        }
        return n;
    }

    private static int relu(long x, long y, int n) {
        for (int i = 0; i < n; i += N) {
            FloatVector z = floats(x + 4L * i);
            store(z.max(0f), y + 4L * i);
        }
        return n;
    }

    private static int reluSquared(long x, long y, int n) {
        for (int i = 0; i < n; i += N) {
            FloatVector z = floats(x + 4L * i);
            store(z.max(0f).mul(z.max(0f)), y + 4L * i);
        }
        return n;
    }

    private static int sigmoid(long x, long y, int n) {
        for (int i = 0; i < n; i += N) {
            FloatVector z = floats(x + 4L * i);
            store(VectorMath.sigmoid(z), y + 4L * i);
        }
        return n;
    }

    private static int tanh(long x, long y, int n) {
        for (int i = 0; i < n; i += N) {
            FloatVector z = floats(x + 4L * i);
            store(VectorMath.tanh(z), y + 4L * i);
        }
        return n;
    }

    private static int swigluClamped(long gate, long up, long y, int n) {
        for (int i = 0; i < n; i += N) {
            FloatVector g = floats(gate + 4L * i).min(7f);
            FloatVector u = floats(up + 4L * i).min(7f).max(-7f);
            store(g.mul(VectorMath.sigmoid(g.mul(1.702f))).mul(u.add(1f)), y + 4L * i);
        }
        return n;
    }
}
