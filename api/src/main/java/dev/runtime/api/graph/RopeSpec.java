package dev.runtime.api.graph;

import dev.runtime.api.Experimental;
import dev.runtime.api.Stable;
import java.util.List;
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
 * @param axes for tokens that have several positions, which one each pair turns by
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
        Optional<Weight> factors,
        Optional<Axes> axes) {

    /** How elements of a head are paired. */
    public enum Style {
        /** Elements 2j and 2j+1. */
        ADJACENT,
        /** Elements j and j + dims/2 (GPT-NeoX). */
        HALVES
    }

    /**
     * Pairs that turn by different positions of a token: pair {@code j} by {@code axis[j]} (see {@link
     * dev.runtime.api.backend.StepInputs#axis}) instead of the position, with {@code frequency[j]} instead of j in the formula of its angle.
     *
     * @param axis of each pair, the number of an axis
     * @param frequency of each pair, its place in the row of frequencies
     */
    @Experimental
    public record Axes(List<Integer> axis, List<Integer> frequency) {
        /** Copies and checks. */
        public Axes {
            axis = List.copyOf(axis);
            frequency = List.copyOf(frequency);
            if (axis.size() != frequency.size()) {
                throw new IllegalArgumentException(axis.size() + " axes and " + frequency.size() + " frequencies");
            }
        }
    }

    /** Checks that there is an axis for each pair. */
    public RopeSpec {
        if (axes.isPresent() && axes.get().axis().size() != dims / 2) {
            throw new IllegalArgumentException("rope: " + axes.get().axis().size() + " axes for " + dims / 2 + " pairs");
        }
    }

    /** Creates one of tokens with one position. */
    public RopeSpec(Style style, int start, int dims, float base, float frequencyScale, float extension, float magnitude, float betaFast,
            float betaSlow, int originalContext, Optional<Weight> factors) {
        this(style, start, dims, base, frequencyScale, extension, magnitude, betaFast, betaSlow, originalContext, factors, Optional.empty());
    }

    /** Returns a specification without any scaling. */
    public static RopeSpec plain(Style style, int dims, float base) {
        return new RopeSpec(style, 0, dims, base, 1, 0, 1, 32, 1, 0, Optional.empty());
    }

    /** Returns the same on other elements of each head. */
    public RopeSpec withStart(int first) {
        return new RopeSpec(style, first, dims, base, frequencyScale, extension, magnitude, betaFast, betaSlow, originalContext, factors, axes);
    }

    /** Returns the same for tokens with several positions. */
    public RopeSpec withAxes(Axes other) {
        return new RopeSpec(style, start, dims, base, frequencyScale, extension, magnitude, betaFast, betaSlow, originalContext, factors,
                Optional.of(other));
    }
}
