package dev.runtime.backend.cpu.kernels;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.ElementOp;

/** Element-wise functions in double precision. */
public final class Functions {
    private static final double SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);

    private Functions() {}

    /** Returns the function of an element. */
    public static double apply(Activation function, double z) {
        return switch (function) {
            case SILU -> z / (1 + Math.exp(-z));
            case GELU_TANH -> gelu(z);
            case GELU_TANH_HALF -> half(gelu(half(z)));
            case GELU_ERF -> 0.5 * z * (1 + erf(z / Math.sqrt(2)));
            case GELU_QUICK -> z / (1 + Math.exp(-1.702 * z));
            case RELU -> Math.max(z, 0);
            case RELU_SQUARED -> Math.max(z, 0) * Math.max(z, 0);
            case SIGMOID -> 1 / (1 + Math.exp(-z));
            case TANH -> Math.tanh(z);
            case SOFTPLUS -> z > 20 ? z : Math.log1p(Math.exp(z));
            case EXP -> Math.exp(z);
            case SWIGLU_CLAMPED -> throw new IllegalArgumentException("SWIGLU_CLAMPED needs a partner");
        };
    }

    private static double gelu(double z) {
        return 0.5 * z * (1 + Math.tanh(SQRT_2_OVER_PI * (z + 0.044715 * z * z * z)));
    }

    private static double half(double z) {
        return Float.float16ToFloat(Float.floatToFloat16((float) z));
    }

    /** Returns what a gate makes of its partner. */
    public static double gate(Activation function, double gate, double up) {
        if (function == Activation.SWIGLU_CLAMPED) {
            double g = Math.min(gate, 7);
            double u = Math.clamp(up, -7.0, 7.0);
            return g / (1 + Math.exp(-1.702 * g)) * (u + 1);
        }
        return apply(function, gate) * up;
    }

    /** Returns {@link ElementOp.Xielu} of an element. */
    public static double xielu(double z, ElementOp.Xielu op) {
        return z > 0 ? apply(Activation.SOFTPLUS, op.alphaPositive()) * z * z + op.beta() * z
                : (Math.expm1(Math.min(z, op.epsilon())) - z) * (op.beta() + apply(Activation.SOFTPLUS, op.alphaNegative())) + op.beta() * z;
    }

    /** Returns {@code cap * tanh(x / cap)}. */
    public static double softCap(double x, double cap) {
        return cap * Math.tanh(x / cap);
    }

    /**
     * The error function by {@code 2/sqrt(pi) e^(-x^2) sum of 2^n x^(2n+1) / (1 3 5 .. (2n+1))}, all terms of which have one sign;
     * to double precision. Beyond 6 it is 1. Source: Abramowitz and Stegun 7.1.6.
     */
    static double erf(double x) {
        if (Math.abs(x) >= 6) {
            return Math.signum(x);
        }
        double term = x;
        double sum = x;
        for (int n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
            term *= 2 * x * x / (2 * n + 1);
            sum += term;
        }
        return 2 / Math.sqrt(Math.PI) * Math.exp(-x * x) * sum;
    }
}
