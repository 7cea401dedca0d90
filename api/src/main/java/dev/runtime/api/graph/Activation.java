package dev.runtime.api.graph;

import dev.runtime.api.Stable;

/** Element-wise functions, and the ways in which a gate acts on its partner. */
@Stable
public enum Activation {
    /** {@code z * sigmoid(z)}. */
    SILU,
    /** {@code 0.5 z (1 + tanh(sqrt(2/pi) (z + 0.044715 z^3)))}. */
    GELU_TANH,
    /**
     * {@link #GELU_TANH} of z rounded to binary16, and the result rounded likewise: what the common CPU implementation's table of half
     * floats gives. For models that amplify the difference (1e-4 of a value) beyond what users would accept.
     */
    GELU_TANH_HALF,
    /** {@code 0.5 z (1 + erf(z / sqrt 2))}. */
    GELU_ERF,
    /** {@code z * sigmoid(1.702 z)}. */
    GELU_QUICK,
    /** {@code max(z, 0)}. */
    RELU,
    /** {@code max(z, 0)^2}. */
    RELU_SQUARED,
    /** {@code 1 / (1 + exp(-z))}. */
    SIGMOID,
    /** {@code tanh z}. */
    TANH,
    /** {@code ln(1 + exp z)}, {@code z} itself above 20. */
    SOFTPLUS,
    /** {@code exp z}. */
    EXP,
    /**
     * Gated only: {@code g * sigmoid(1.702 g) * (u + 1)} with {@code g = min(gate, 7)}, {@code u = clamp(up, -7, 7)}.
     */
    SWIGLU_CLAMPED
}
