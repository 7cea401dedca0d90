package dev.runtime.plugin.architectures;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.Metadata;
import java.util.Optional;

/** Reads the parameters of rotary position embedding from the keys {@code rope.*}. */
record RopeReader(Hyper hyper, Tensors tensors, int contextLength) {
    /** Returns the rotation with the file's scaling: none, linear, YaRN, or divisors in {@code rope_freqs.weight}. */
    RopeSpec scaled(Style style) {
        Metadata m = hyper.metadata();
        int dims = dims();
        float factor = (float) m.number(hyper.key("rope.scaling.factor"), m.number(hyper.key("rope.scale_linear"), 1));
        String type = m.string(hyper.key("rope.scaling.type")).orElse(factor == 1 ? "none" : "linear");
        Optional<Weight> divisors = tensors.findVector("rope_freqs.weight", dims / 2);
        float magnitude = (float) m.number(hyper.key("rope.scaling.attn_factor"), 1);
        return switch (type) {
            case "none", "llama3" -> new RopeSpec(style, 0, dims, base(), 1, 0, magnitude, 32, 1, 0, divisors);
            case "linear" -> new RopeSpec(style, 0, dims, base(), 1 / factor, 0, magnitude, 32, 1, 0, divisors);
            case "yarn" -> new RopeSpec(style, 0, dims, base(), 1 / factor,
                    (float) m.number(hyper.key("rope.scaling.yarn_ext_factor"), 1), magnitude,
                    (float) m.number(hyper.key("rope.scaling.yarn_beta_fast"), 32),
                    (float) m.number(hyper.key("rope.scaling.yarn_beta_slow"), 1),
                    m.intOr(hyper.key("rope.scaling.original_context_length"), hyper.contextLength, 1, Integer.MAX_VALUE), divisors);
            default -> throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, hyper.key("rope.scaling.type") + " is '" + type
                    + "'; supported for this architecture are none, linear, llama3 and yarn");
        };
    }

    /** Returns the rotation with the divisors for the context in use, if the file has those (LongRoPE), else as {@link #scaled}. */
    RopeSpec longOrShort(Style style) {
        Metadata m = hyper.metadata();
        int original = m.intOr(hyper.key("rope.scaling.original_context_length"), hyper.contextLength, 1, Integer.MAX_VALUE);
        Optional<Weight> divisors = tensors.findVector("rope_factors_" + (contextLength > original ? "long" : "short") + ".weight", dims() / 2);
        float magnitude = (float) m.number(hyper.key("rope.scaling.attn_factor"), 1);
        return divisors.isEmpty() ? scaled(style) : new RopeSpec(style, 0, dims(), base(), 1, 0, magnitude, 32, 1, 0, divisors);
    }

    /** Returns a rotation by another base, without scaling. */
    RopeSpec plain(Style style, float base) {
        return RopeSpec.plain(style, dims(), base);
    }

    float base() {
        return (float) hyper.metadata().number(hyper.key("rope.freq_base"), 10_000);
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
