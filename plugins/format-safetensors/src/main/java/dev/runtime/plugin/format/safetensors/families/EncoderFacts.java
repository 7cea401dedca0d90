package dev.runtime.plugin.format.safetensors.families;

import dev.runtime.plugin.format.safetensors.HfConfig;
import java.util.Map;

/** Models that give embeddings: names of their tensors, and configurations as metadata. */
final class EncoderFacts {
    static final Map<String, String> BERT = Map.ofEntries(
            Map.entry("embeddings.word_embeddings", "token_embd"), Map.entry("embeddings.position_embeddings", "position_embd"),
            Map.entry("embeddings.token_type_embeddings", "token_types"), Map.entry("embeddings.LayerNorm", "token_embd_norm"),
            Map.entry("layer.attention.self.query", "attn_q"), Map.entry("layer.attention.self.key", "attn_k"),
            Map.entry("layer.attention.self.value", "attn_v"), Map.entry("layer.attention.output.dense", "attn_output"),
            Map.entry("layer.attention.output.LayerNorm", "attn_output_norm"), Map.entry("layer.intermediate.dense", "ffn_up"),
            Map.entry("layer.output.dense", "ffn_down"), Map.entry("layer.output.LayerNorm", "layer_output_norm"));

    static final Map<String, String> NOMIC = Map.ofEntries(
            Map.entry("embeddings.word_embeddings", "token_embd"), Map.entry("embeddings.token_type_embeddings", "token_types"),
            Map.entry("emb_ln", "token_embd_norm"), Map.entry("layer.attn.Wqkv", "attn_qkv"), Map.entry("layer.attn.out_proj", "attn_output"),
            Map.entry("layer.norm1", "attn_output_norm"), Map.entry("layer.norm2", "layer_output_norm"), Map.entry("layer.mlp.fc11", "ffn_up"),
            Map.entry("layer.mlp.fc12", "ffn_gate"), Map.entry("layer.mlp.fc2", "ffn_down"));

    private EncoderFacts() {}

    static void bert(HfConfig c, Facts f) {
        common(c, f);
        f.own("context_length", c.integerOr(512, "max_position_embeddings"));
        f.own("feed_forward_length", c.require("intermediate_size"));
    }

    static void nomic(HfConfig c, Facts f) {
        common(c, f);
        f.own("context_length", c.integerOr(2048, "max_trained_positions", "n_positions", "max_position_embeddings"));
        f.own("feed_forward_length", c.require("n_inner", "intermediate_size"));
        f.own("rope.freq_base", c.ropeBase(1000));
        f.own("rope.dimension_count", (long) (c.headSize() * c.numberOr(1, "rotary_emb_fraction")));
    }

    private static void common(HfConfig c, Facts f) {
        int heads = c.require("num_attention_heads", "n_head");
        f.own("block_count", c.require("num_hidden_layers", "n_layer"));
        f.own("embedding_length", c.require("hidden_size", "n_embd"));
        f.own("attention.head_count", heads);
        f.own("attention.head_count_kv", heads);
        f.own("attention.layer_norm_epsilon", c.numberOr(1e-12, "layer_norm_eps", "layer_norm_epsilon"));
        f.ownValue("attention.causal", false);
        f.put("tokenizer.ggml.token_type_count", (long) c.integerOr(2, "type_vocab_size"));
    }
}
