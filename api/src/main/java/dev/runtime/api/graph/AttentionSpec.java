package dev.runtime.api.graph;

import dev.runtime.api.Stable;
import java.util.Optional;

/**
 * Parameters of {@link Op.Attention}.
 *
 * @param cacheLayer index of the layer in the KV cache, or {@link #NO_CACHE}: the tokens of the step see each other only
 * @param heads query heads
 * @param kvHeads key-value heads, a divisor of the query heads; query head h reads head {@code h / (heads / kvHeads)}
 * @param keySize elements of a query or key head
 * @param valueSize elements of a value head
 * @param scale multiplies the scores
 * @param causal whether a query sees later positions never; otherwise all positions of its sequence
 * @param window 0 for none; causal: key p is visible to query q iff {@code q - p < window}; else iff {@code |q - p| <= window / 2}
 * @param softCap 0 for none, else {@code c * tanh(s / c)} on the scaled scores
 * @param alibi 0 for none, else the largest bias b of ALiBi: with n the largest power of two up to {@code heads}, the slope of head h is
 *     {@code 2^(-b (h + 1) / n)} below n, else {@code 2^(-b (2 (h - n) + 1) / 2n)}
 * @param sinks one score a head that joins the softmax's denominator only, F32 {@code [heads]}
 * @param chunked whether the window is a fixed chunk instead of a sliding one: key p is visible to query q iff both lie in the same run of
 *     {@code window} positions, {@code p / window == q / window}; causal only
 * @param spans whether a query sees the positions of its span only, see {@link dev.runtime.api.backend.StepInputs#span}; otherwise a
 *     causal query sees those of its span besides
 * @param cross whether a query sees what an encoder left instead: the first {@link dev.runtime.api.backend.StepInputs#encodedPositions} positions of
 *     the layer, which an {@link Op.KvWrite} of another graph has filled
 * @param distance learned biases of the scores by distance, if there are some
 */
@Stable
public record AttentionSpec(
        int cacheLayer,
        int heads,
        int kvHeads,
        int keySize,
        int valueSize,
        float scale,
        boolean causal,
        int window,
        float softCap,
        float alibi,
        Optional<Weight> sinks,
        boolean chunked,
        boolean spans,
        boolean cross,
        Optional<DistanceBias> distance) {
    /** The {@link #cacheLayer} of an attention that keeps nothing. */
    public static final int NO_CACHE = -1;

    /** Checks what would make the operator meaningless. */
    public AttentionSpec {
        if (cacheLayer < NO_CACHE || heads < 1 || kvHeads < 1 || heads % kvHeads != 0 || keySize < 1 || valueSize < 1 || window < 0
                || chunked && (window == 0 || !causal) || cross && (causal || spans || window > 0 || cacheLayer == NO_CACHE)
                || distance.isPresent() && distance.get().table().in() != heads) {
            throw new IllegalArgumentException("attention of " + heads + " heads on " + kvHeads + ", sizes " + keySize + "/"
                    + valueSize + ", layer " + cacheLayer + ", window " + window);
        }
    }

    /** Creates one that sees its own sequence, without learned biases. */
    public AttentionSpec(int cacheLayer, int heads, int kvHeads, int keySize, int valueSize, float scale, boolean causal, int window,
            float softCap, float alibi, Optional<Weight> sinks, boolean chunked, boolean spans) {
        this(cacheLayer, heads, kvHeads, keySize, valueSize, scale, causal, window, softCap, alibi, sinks, chunked, spans, false,
                Optional.empty());
    }

    /** Creates one without spans. */
    public AttentionSpec(int cacheLayer, int heads, int kvHeads, int keySize, int valueSize, float scale, boolean causal, int window,
            float softCap, float alibi, Optional<Weight> sinks, boolean chunked) {
        this(cacheLayer, heads, kvHeads, keySize, valueSize, scale, causal, window, softCap, alibi, sinks, chunked, false);
    }

    /** Creates one without chunks. */
    public AttentionSpec(int cacheLayer, int heads, int kvHeads, int keySize, int valueSize, float scale, boolean causal, int window,
            float softCap, float alibi, Optional<Weight> sinks) {
        this(cacheLayer, heads, kvHeads, keySize, valueSize, scale, causal, window, softCap, alibi, sinks, false);
    }

    /** Returns a causal, cached attention without window, cap, bias or sinks. */
    public static AttentionSpec causal(int cacheLayer, int heads, int kvHeads, int keySize, int valueSize, float scale) {
        return new AttentionSpec(cacheLayer, heads, kvHeads, keySize, valueSize, scale, true, 0, 0, 0, Optional.empty());
    }

    /** Returns the same with a sliding window. */
    public AttentionSpec withWindow(int tokens) {
        return new AttentionSpec(cacheLayer, heads, kvHeads, keySize, valueSize, scale, causal, tokens, softCap, alibi, sinks, false);
    }

    /** Returns the same with a soft cap of the scores. */
    public AttentionSpec withSoftCap(float cap) {
        return new AttentionSpec(cacheLayer, heads, kvHeads, keySize, valueSize, scale, causal, window, cap, alibi, sinks, chunked);
    }

    /** Returns the same with sinks. */
    public AttentionSpec withSinks(Weight scores) {
        return new AttentionSpec(cacheLayer, heads, kvHeads, keySize, valueSize, scale, causal, window, softCap, alibi, Optional.of(scores),
                chunked);
    }

    /** Returns the same with chunks of positions that do not see earlier ones. */
    public AttentionSpec withChunks(int tokens) {
        return new AttentionSpec(cacheLayer, heads, kvHeads, keySize, valueSize, scale, causal, tokens, softCap, alibi, sinks, true);
    }

    /** Returns the same with learned biases by distance. */
    public AttentionSpec withDistance(DistanceBias bias) {
        return new AttentionSpec(cacheLayer, heads, kvHeads, keySize, valueSize, scale, causal, window, softCap, alibi, sinks, chunked, spans,
                cross, Optional.of(bias));
    }

    /** Returns an attention to what an encoder left in a layer of the cache. */
    public static AttentionSpec cross(int cacheLayer, int heads, int kvHeads, int keySize, int valueSize, float scale) {
        return new AttentionSpec(cacheLayer, heads, kvHeads, keySize, valueSize, scale, false, 0, 0, 0, Optional.empty(), false, false, true,
                Optional.empty());
    }

    /** Returns an attention without a cache, in which the tokens of a step see each other: all of a sequence, or those of a span. */
    public static AttentionSpec among(int heads, int size, float scale, boolean spans) {
        return new AttentionSpec(NO_CACHE, heads, heads, size, size, scale, false, 0, 0, 0, Optional.empty(), false, spans);
    }
}
