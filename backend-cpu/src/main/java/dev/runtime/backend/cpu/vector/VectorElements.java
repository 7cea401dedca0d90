package dev.runtime.backend.cpu.vector;

import static dev.runtime.backend.cpu.memory.Memory.f32;
import static dev.runtime.backend.cpu.vector.Lanes.N;
import static dev.runtime.backend.cpu.vector.Lanes.all;
import static dev.runtime.backend.cpu.vector.Lanes.floats;
import static dev.runtime.backend.cpu.vector.Lanes.store;

import dev.runtime.backend.cpu.kernels.Functions;
import jdk.incubator.vector.FloatVector;

/** Norms and element-wise functions. Rests of less than a vector are done one by one. */
final class VectorElements {
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
            sums = floats(x + 4L * i).add(sums);
        }
        double sum = Lanes.sum(sums);
        for (int i = end; i < n; i++) {
            sum += f32(x + 4L * i);
        }
        return (float) (sum / n);
    }

    /** Computes {@code x = exp(x - shift)} of a whole number of vectors. */
    static void exp(long x, float shift, int n) {
        for (int i = 0; i < n; i += N) {
            store(VectorMath.exp(floats(x + 4L * i).sub(shift)), x + 4L * i);
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
