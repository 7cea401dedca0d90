package dev.runtime.plugin.format.safetensors.families;

import dev.runtime.plugin.format.safetensors.HfConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * How models of one family translate: what their architecture is called, how their tensors are, and what their configuration means.
 *
 * @param architecture the value of {@code general.architecture}
 * @param adjacent whether rotated elements are neighbours, so that rows of queries and keys must be put in another order
 * @param normPlus what is added to the weights of norms
 * @param names names of tensors without {@code .weight} and {@code .bias}; those of layers without their number
 * @param facts adds the metadata of a configuration
 */
public record Family(String architecture, boolean adjacent, float normPlus, Map<String, String> names, BiConsumer<HfConfig, Facts> facts) {
    /** What nearly all decoders have. */
    private static final Map<String, String> DECODER = Map.ofEntries(
            Map.entry("embed_tokens", "token_embd"), Map.entry("norm", "output_norm"), Map.entry("lm_head", "output"),
            Map.entry("layer.input_layernorm", "attn_norm"), Map.entry("layer.post_attention_layernorm", "ffn_norm"),
            Map.entry("layer.self_attn.q_proj", "attn_q"), Map.entry("layer.self_attn.k_proj", "attn_k"),
            Map.entry("layer.self_attn.v_proj", "attn_v"), Map.entry("layer.self_attn.o_proj", "attn_output"),
            Map.entry("layer.self_attn.qkv_proj", "attn_qkv"), Map.entry("layer.self_attn.q_norm", "attn_q_norm"),
            Map.entry("layer.self_attn.k_norm", "attn_k_norm"), Map.entry("layer.mlp.gate_proj", "ffn_gate"),
            Map.entry("layer.mlp.up_proj", "ffn_up"), Map.entry("layer.mlp.down_proj", "ffn_down"),
            Map.entry("layer.mlp.gate_up_proj", "ffn_up"), Map.entry("layer.mlp.gate", "ffn_gate_inp"),
            Map.entry("layer.block_sparse_moe.gate", "ffn_gate_inp"), Map.entry("layer.mlp.router", "ffn_gate_inp"),
            Map.entry("layer.mlp.shared_expert.gate_proj", "ffn_gate_shexp"), Map.entry("layer.mlp.shared_expert.up_proj", "ffn_up_shexp"),
            Map.entry("layer.mlp.shared_expert.down_proj", "ffn_down_shexp"), Map.entry("layer.mlp.shared_expert_gate", "ffn_gate_inp_shexp"));

    /** A decoder with the usual names. */
    static Family decoder(String architecture, BiConsumer<HfConfig, Facts> facts) {
        return new Family(architecture, false, 0, DECODER, facts);
    }

    /** An encoder with names of its own. */
    static Family encoder(String architecture, Map<String, String> names, BiConsumer<HfConfig, Facts> facts) {
        return new Family(architecture, false, 0, names, facts);
    }

    Family rotatingNeighbours() {
        return new Family(architecture, true, normPlus, names, facts);
    }

    Family normsPlusOne() {
        return new Family(architecture, adjacent, 1, names, facts);
    }

    /** Returns the family with other names for some tensors. */
    Family named(Map<String, String> other) {
        Map<String, String> all = new LinkedHashMap<>(names);
        all.putAll(other);
        return new Family(architecture, adjacent, normPlus, all, facts);
    }

    /** Returns a tensor's name, or nothing if the family has no such tensor. */
    Optional<String> name(String base) {
        return Optional.ofNullable(names.get(base));
    }
}
