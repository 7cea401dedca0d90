package dev.runtime.plugin.architectures;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Axes;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.Metadata;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Reads the parameters of rotary position embedding from the keys {@code rope.*}. */
record RopeReader(Hyper hyper, Tensors tensors, int contextLength) {
    /** Returns the rotation with the file's scaling: none, linear, YaRN, or divisors in {@code rope_freqs.weight}. */
    RopeSpec scaled(Style style) {
        Metadata m = hyper.metadata();
        int dims = dims();
        float factor = hyper.bounded("rope.scaling.factor", hyper.bounded("rope.scale_linear", 1, 0, Float.MAX_VALUE), 0, Float.MAX_VALUE);
        String type = m.string(hyper.key("rope.scaling.type")).orElse(factor == 1 ? "none" : "linear");
        Optional<Weight> divisors = tensors.findVector("rope_freqs.weight", dims / 2);
        float magnitude = (float) m.number(hyper.key("rope.scaling.attn_factor"), 1);
        return switch (type) {
            case "none", "llama3" -> new RopeSpec(style, 0, dims, base(), 1, 0, magnitude, 32, 1, 0, divisors);
            case "linear" -> new RopeSpec(style, 0, dims, base(), 1 / factor, 0, magnitude, 32, 1, 0, divisors);
            case "yarn" -> yarn(style, factor, originalContext());
            default -> throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, hyper.key("rope.scaling.type") + " is '" + type
                    + "'; supported for this architecture are none, linear, llama3 and yarn");
        };
    }

    /** Returns YaRN's rotation for a context extended by a factor. */
    RopeSpec yarn(Style style, float factor, int originalContext) {
        Metadata m = hyper.metadata();
        return new RopeSpec(style, 0, dims(), base(), 1 / factor, hyper.number("rope.scaling.yarn_ext_factor", 1),
                hyper.number("rope.scaling.attn_factor", 1) * yarnMagnitude(factor),
                (float) m.number(hyper.key("rope.scaling.yarn_beta_fast"), m.number(hyper.key("rope.scaling.beta_fast"), 32)),
                (float) m.number(hyper.key("rope.scaling.yarn_beta_slow"), m.number(hyper.key("rope.scaling.beta_slow"), 1)),
                originalContext, tensors.findVector("rope_freqs.weight", dims() / 2));
    }

    /** Returns the rotation with the divisors for the context in use, if the file has those (LongRoPE), else as {@link #scaled}. */
    RopeSpec longOrShort(Style style) {
        Metadata m = hyper.metadata();
        Optional<Weight> divisors = tensors.findVector("rope_factors_" + (contextLength > originalContext() ? "long" : "short") + ".weight", dims() / 2);
        float magnitude = (float) m.number(hyper.key("rope.scaling.attn_factor"), 1);
        return divisors.isEmpty() ? scaled(style) : new RopeSpec(style, 0, dims(), base(), 1, 0, magnitude, 32, 1, 0, divisors);
    }

    /** Returns {@link #scaled} with cosine and sine as they are, for models that apply YaRN's magnitude elsewhere. */
    RopeSpec withMagnitudeOne(Style style) {
        RopeSpec r = scaled(style);
        float magnitude = r.extension() > 0 ? (float) (1 / (1 - 0.1 * Math.log(r.frequencyScale()))) : 1;
        return new RopeSpec(style, 0, r.dims(), r.base(), r.frequencyScale(), r.extension(), magnitude, r.betaFast(), r.betaSlow(),
                r.originalContext(), r.factors());
    }

    /** Returns a rotation by another base, without scaling. */
    RopeSpec plain(Style style, float base) {
        return RopeSpec.plain(style, dims(), base);
    }

    /**
     * Returns which of a token's three positions each pair turns by, from the sizes of the file's sections: in one run after the other, or
     * taking turns.
     *
     * @param sizes what the sections are where the file does not say
     */
    Axes axes(boolean interleaved, long... sizes) {
        Metadata m = hyper.metadata();
        long[] sections = m.integers(hyper.key("rope.dimension_sections")).or(() -> m.integers(hyper.key("rope.mrope_section"))).orElse(sizes);
        int pairs = dims() / 2;
        if (sections.length < 3 || LongStream.of(sections).anyMatch(n -> n < 0 || n > pairs) || LongStream.of(sections).limit(3).sum() < pairs) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, hyper.key("rope.dimension_sections") + " is " + Arrays.toString(sections)
                    + "; three sections that cover " + pairs + " pairs are expected");
        }
        List<Integer> axis = IntStream.range(0, pairs).mapToObj(j -> interleaved ? inTurn(sections, j) : inRuns(sections, j)).toList();
        return new Axes(axis, IntStream.range(0, pairs).boxed().toList());
    }

    private static int inRuns(long[] sections, int pair) {
        return pair < sections[0] ? 0 : pair < sections[0] + sections[1] ? 1 : 2;
    }

    private static int inTurn(long[] sections, int pair) {
        int axis = pair % 3;
        return pair < 3 * sections[axis] ? axis : 0;
    }

    /** The tokens that the model was trained for before its context was extended. */
    int originalContext() {
        return hyper.metadata().intOr(hyper.key("rope.scaling.original_context_length"), hyper.contextLength, 1, Integer.MAX_VALUE);
    }

    /**
     * What YaRN's own magnitude {@code 1 + 0.1 ln factor} is corrected by, so that {@code get(mscale) / get(mscaleAllDim)} with
     * {@code get(m) = 1 + 0.1 m ln factor} results; 1 where the file has no such keys.
     */
    private float yarnMagnitude(float factor) {
        double all = hyper.number("rope.scaling.yarn_log_multiplier", hyper.number("rope.scaling.mscale_all_dim", 0));
        double own = hyper.number("rope.scaling.mscale", 1);
        double ln = 0.1 * Math.log(factor);
        return all == 0 || factor <= 1 ? 1 : (float) ((1 + own * ln) / (1 + all * ln) / (1 + ln));
    }

    float base() {
        return hyper.bounded("rope.freq_base", 10_000, Float.MIN_NORMAL, Float.MAX_VALUE);
    }

    private int dims() {
        int dims = hyper.metadata().intOr(hyper.key("rope.dimension_count"), hyper.keySize, 2, hyper.keySize);
        if (dims % 2 != 0) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                    hyper.key("rope.dimension_count") + " is " + dims + "; rotated elements come in pairs");
        }
        return dims;
    }
}
