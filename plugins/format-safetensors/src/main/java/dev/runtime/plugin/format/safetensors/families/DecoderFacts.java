package dev.runtime.plugin.format.safetensors.families;

import dev.runtime.plugin.format.safetensors.HfConfig;
import java.util.List;
import java.util.OptionalLong;

/** Configurations of decoders as metadata. */
final class DecoderFacts {
    private DecoderFacts() {}

    static void plain(HfConfig c, Facts f) {
        common(c, f, 1e-6, 10_000);
    }

    static void experts(HfConfig c, Facts f) {
        plain(c, f);
        expertCounts(c, f);
        c.integer("moe_intermediate_size").ifPresent(n -> f.own("expert_feed_forward_length", n));
        c.integer("shared_expert_intermediate_size").ifPresent(n -> f.own("expert_shared_feed_forward_length", n));
    }

    static void granite(HfConfig c, Facts f) {
        plain(c, f);
        f.own("embedding_scale", c.numberOr(1, "embedding_multiplier"));
        f.own("residual_scale", c.numberOr(1, "residual_multiplier"));
        f.own("logit_scale", c.numberOr(1, "logits_scaling"));
        f.own("attention.scale", c.numberOr(1 / Math.sqrt(c.headSize()), "attention_multiplier"));
    }

    static void temperature(HfConfig c, Facts f) {
        plain(c, f);
        c.scaling().value("llama_4_scaling_beta").ifPresent(beta -> f.own("attention.temperature_scale", ((Number) beta).doubleValue()));
    }

    static void phi(HfConfig c, Facts f) {
        common(c, f, 1e-5, 10_000);
        int original = c.integerOr(c.require("max_position_embeddings"), "original_max_position_embeddings");
        f.own("rope.scaling.original_context_length", original);
        window(c, f);
        if (RotationFacts.type(c).equals("longrope")) {
            double scale = (double) c.require("max_position_embeddings") / original;
            double magnitude = scale <= 1 ? 1 : Math.sqrt(1 + Math.log(scale) / Math.log(original));
            f.own("rope.scaling.attn_factor", c.scaling().numberOr(magnitude, "attention_factor"));
        }
    }

    static void gemma(HfConfig c, Facts f) {
        plain(c, f);
        window(c, f);
        softCaps(c, f);
    }

    /** Published configurations leave out what is the library's default. */
    static void gemma3(HfConfig c, Facts f) {
        common(c, f, 1e-6, 1_000_000);
        f.own("attention.head_count", c.integerOr(8, "num_attention_heads"));
        f.own("attention.head_count_kv", c.integerOr(4, "num_key_value_heads"));
        f.own("attention.key_length", c.integerOr(256, "head_dim"));
        f.own("attention.value_length", c.integerOr(256, "head_dim"));
        f.own("rope.dimension_count", c.integerOr(256, "head_dim"));
        f.own("attention.sliding_window", c.integerOr(4096, "sliding_window"));
        f.own("rope.freq_base_swa", c.numberOr(10_000, "rope_local_base_freq"));
        if (c.value("layer_types").orElse(null) instanceof List<?> kinds) {
            boolean[] sliding = new boolean[kinds.size()];
            for (int i = 0; i < sliding.length; i++) {
                sliding[i] = "sliding_attention".equals(kinds.get(i));
            }
            f.ownValue("attention.sliding_window_pattern", sliding);
        } else {
            c.integer("sliding_window_pattern").ifPresent(n -> f.own("attention.sliding_window_pattern", n));
        }
    }

    static void gptOss(HfConfig c, Facts f) {
        common(c, f, 1e-5, 150_000);
        expertCounts(c, f);
        f.own("expert_feed_forward_length", c.require("intermediate_size"));
        window(c, f);
    }

    private static void common(HfConfig c, Facts f, double epsilon, double base) {
        f.own("block_count", c.require("num_hidden_layers"));
        f.own("context_length", c.integerOr(2048, "max_position_embeddings"));
        f.own("embedding_length", c.require("hidden_size"));
        f.own("feed_forward_length", c.require("intermediate_size"));
        boolean stated = c.value("num_attention_heads").isPresent();
        if (stated) {
            int heads = c.require("num_attention_heads");
            f.own("attention.head_count", heads);
            f.own("attention.head_count_kv", c.integerOr(heads, "num_key_value_heads"));
            if (c.value("head_dim").isPresent()) {
                f.own("attention.key_length", c.headSize());
                f.own("attention.value_length", c.headSize());
            }
            f.own("rope.dimension_count", (long) (c.headSize() * c.numberOr(1, "partial_rotary_factor")));
        }
        f.own("attention.layer_norm_rms_epsilon", c.numberOr(epsilon, "rms_norm_eps"));
        f.own("rope.freq_base", c.ropeBase(base));
        RotationFacts.add(c, f);
    }

    private static void expertCounts(HfConfig c, Facts f) {
        f.own("expert_count", c.require("num_local_experts", "num_experts"));
        f.own("expert_used_count", c.integerOr(c.integerOr(2, "experts_per_token"), "num_experts_per_tok"));
    }

    private static void window(HfConfig c, Facts f) {
        OptionalLong window = c.integer("sliding_window");
        if (window.isPresent() && window.getAsLong() > 0) {
            f.own("attention.sliding_window", window.getAsLong());
        }
    }

    private static void softCaps(HfConfig c, Facts f) {
        c.value("attn_logit_softcapping").ifPresent(v -> f.own("attn_logit_softcapping", ((Number) v).doubleValue()));
        c.value("final_logit_softcapping").ifPresent(v -> f.own("final_logit_softcapping", ((Number) v).doubleValue()));
    }
}
