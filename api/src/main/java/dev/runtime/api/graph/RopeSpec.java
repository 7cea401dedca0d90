package dev.runtime.api.graph;

import dev.runtime.api.Stable;
import java.util.Optional;

/**
 * Parameters of rotary position embedding.
 *
 * <p>For pair {@code j} of {@code dims/2} at position {@code p}: {@code t = p * base^(-2j/dims) / factors[j]}. Without
 * scaling the angle is {@code t * frequencyScale}. With {@code extension > 0} (YaRN):
 * {@code lo = max(0, floor(c(betaFast)))}, {@code hi = min(dims-1, ceil(c(betaSlow)))} where
 * {@code c(b) = dims * ln(originalContext / (2 pi b)) / (2 ln base)}, {@code ramp = 1 - clamp((j - lo) / max(0.001, hi - lo), 0, 1)},
 * {@code angle = t * frequencyScale * (1 - ramp * extension) + t * ramp * extension}, and the magnitude is
 * {@code magnitude * (1 + 0.1 ln(1 / frequencyScale))}. A pair (a, b) becomes
 * {@code m (a cos - b sin, a sin + b cos)} with the magnitude {@code m}. Source: Su et al. 2021 (RoFormer), Peng et al. 2023 (YaRN).
 *
 * @param style how elements are paired
 * @param start first rotated element of each head
 * @param dims rotated elements of each head, even; the others pass through
 * @param base the base of the frequencies
 * @param frequencyScale 1, or 1 / factor for linear and YaRN scaling
 * @param extension YaRN's mix of extrapolation, 0 for none
 * @param magnitude multiplies cosine and sine, 1 for none
 * @param betaFast YaRN
 * @param betaSlow YaRN
 * @param originalContext YaRN: the tokens the model was trained for before scaling
 * @param factors divisors of the frequencies, F32 {@code [dims/2]}
 */
@Stable
public record RopeSpec(
        Style style,
        int start,
        int dims,
        float base,
        float frequencyScale,
        float extension,
        float magnitude,
        float betaFast,
        float betaSlow,
        int originalContext,
        Optional<Weight> factors) {

    /** How elements of a head are paired. */
    public enum Style {
        /** Elements 2j and 2j+1. */
        ADJACENT,
        /** Elements j and j + dims/2 (GPT-NeoX). */
        HALVES
    }

    /** Returns a specification without any scaling. */
    public static RopeSpec plain(Style style, int dims, float base) {
        return new RopeSpec(style, 0, dims, base, 1, 0, 1, 32, 1, 0, Optional.empty());
    }

    /** Returns the same on other elements of each head. */
    public RopeSpec withStart(int first) {
        return new RopeSpec(style, first, dims, base, frequencyScale, extension, magnitude, betaFast, betaSlow, originalContext, factors);
    }
}
