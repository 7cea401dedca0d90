package dev.runtime.plugin.format.safetensors;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Takes a converted file apart into a folder as the transformers library would have saved it. */
final class GoldenUnpacker {
    private static final Map<String, String> USUAL = Map.ofEntries(Map.entry("token_embd", "model.embed_tokens"), Map.entry("output_norm", "model.norm"),
            Map.entry("output", "lm_head"), Map.entry("attn_norm", "input_layernorm"), Map.entry("ffn_norm", "post_attention_layernorm"),
            Map.entry("attn_q", "self_attn.q_proj"), Map.entry("attn_k", "self_attn.k_proj"), Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_output", "self_attn.o_proj"), Map.entry("attn_qkv", "self_attn.qkv_proj"), Map.entry("attn_q_norm", "self_attn.q_norm"),
            Map.entry("attn_k_norm", "self_attn.k_norm"), Map.entry("ffn_gate", "mlp.gate_proj"), Map.entry("ffn_up", "mlp.up_proj"),
            Map.entry("ffn_down", "mlp.down_proj"), Map.entry("ffn_gate_inp", "mlp.gate"), Map.entry("ffn_gate_exps", "gate_proj"),
            Map.entry("ffn_up_exps", "up_proj"), Map.entry("ffn_down_exps", "down_proj"), Map.entry("ffn_gate_shexp", "mlp.shared_expert.gate_proj"),
            Map.entry("ffn_up_shexp", "mlp.shared_expert.up_proj"), Map.entry("ffn_down_shexp", "mlp.shared_expert.down_proj"),
            Map.entry("ffn_gate_inp_shexp", "mlp.shared_expert_gate"));
    private static final Map<String, String> NORMS = Map.of("post_attention_norm", "post_attention_layernorm", "ffn_norm",
            "pre_feedforward_layernorm", "post_ffw_norm", "post_feedforward_layernorm");
    private static final Map<String, Map<String, String>> OTHERS = Map.of("gemma2", NORMS, "gemma3_text", NORMS, "olmo2", NORMS,
            "mixtral", Map.of("ffn_gate_inp", "block_sparse_moe.gate", "ffn_gate_exps", "w1", "ffn_up_exps", "w3", "ffn_down_exps", "w2"),
            "phi3", Map.of("ffn_up", "mlp.gate_up_proj"),
            "gpt_oss", Map.of("attn_sinks", "self_attn.sinks", "ffn_gate_inp", "mlp.router", "post_attention_norm", "post_attention_layernorm"),
            "bert", Map.ofEntries(Map.entry("token_embd", "embeddings.word_embeddings"), Map.entry("position_embd", "embeddings.position_embeddings"),
                    Map.entry("token_types", "embeddings.token_type_embeddings"), Map.entry("token_embd_norm", "embeddings.LayerNorm"),
                    Map.entry("attn_q", "attention.self.query"), Map.entry("attn_k", "attention.self.key"), Map.entry("attn_v", "attention.self.value"),
                    Map.entry("attn_output", "attention.output.dense"), Map.entry("attn_output_norm", "attention.output.LayerNorm"),
                    Map.entry("ffn_up", "intermediate.dense"), Map.entry("ffn_down", "output.dense"), Map.entry("layer_output_norm", "output.LayerNorm")),
            "nomic_bert", Map.of("token_embd", "embeddings.word_embeddings", "token_types", "embeddings.token_type_embeddings", "token_embd_norm",
                    "emb_ln", "attn_qkv", "attn.Wqkv", "attn_output", "attn.out_proj", "attn_output_norm", "norm1", "layer_output_norm", "norm2",
                    "ffn_up", "mlp.fc11", "ffn_gate", "mlp.fc12", "ffn_down", "mlp.fc2"));
    private static final List<String> ADJACENT = List.of("llama", "mistral", "mixtral", "ministral3", "granite", "smollm3");

    private final ModelFile file;
    private final String family;
    private final Metadata facts;
    private final String prefix;
    private final FolderBuilder out = new FolderBuilder();

    private GoldenUnpacker(ModelFile file, String family) {
        this.file = file;
        this.family = family;
        this.facts = file.metadata();
        this.prefix = facts.requireString("general.architecture") + ".";
    }

    static void unpack(ModelFile file, String family, Path folder) throws IOException {
        GoldenUnpacker unpacker = new GoldenUnpacker(file, family);
        file.tensors().forEach(unpacker::tensor);
        unpacker.out.write(folder.resolve("model.safetensors"));
        Files.writeString(folder.resolve("config.json"), json(unpacker.config()));
        unpacker.pooling(folder);
        Files.writeString(folder.resolve("tokenizer.json"), "{\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]},"
                + "\"pre_tokenizer\":{\"type\":\"ByteLevel\"}}");
    }

    private void tensor(TensorInfo tensor) {
        String name = tensor.name();
        if (name.startsWith("rope_")) {
            return; // in the configuration
        }
        String local = name.replaceFirst("blk\\.\\d+\\.", "");
        String layer = name.startsWith("blk.") ? name.substring(4, name.indexOf('.', 4)) : "";
        String base = local.replaceFirst("\\.(weight|bias)$", "");
        String suffix = family.equals("gpt_oss") && base.equals("attn_sinks") ? "" : local.substring(base.length());
        String hf = OTHERS.getOrDefault(family, Map.of()).getOrDefault(base, USUAL.get(base));
        String path = layer.isEmpty() ? "" : switch (family) {
            case "bert" -> "encoder.layer." + layer + ".";
            case "nomic_bert" -> "encoder.layers." + layer + ".";
            default -> "model.layers." + layer + ".";
        };
        if (base.endsWith("_exps")) {
            experts(tensor, base, suffix, path, hf);
            return;
        }
        long[] shape = reversed(tensor.shape());
        byte[] bytes = file.data(tensor).toArray(ValueLayout.JAVA_BYTE);
        if (ADJACENT.contains(family) && (base.equals("attn_q") || base.equals("attn_k"))) {
            bytes = halves(bytes, base.equals("attn_q"), shape);
        }
        if (family.startsWith("gemma") && base.endsWith("norm")) {
            float[] values = new float[(int) tensor.elements()];
            for (int i = 0; i < values.length; i++) {
                values[i] = element(tensor, file.data(tensor), i) - 1;
            }
            out.floats(path + hf + suffix, values, shape);
            return;
        }
        if (tensor.type() == TensorType.Q8_0) {
            // folders have no such type: only names and shapes of these can be compared
            out.tensor(path + hf + suffix, "BF16", new byte[2 * (int) tensor.elements()], shape);
            return;
        }
        out.tensor(path + hf + suffix, tensor.type().name(), bytes, base.equals("ffn_gate_inp_shexp") ? new long[] {1, shape[0]} : shape);
    }

    /** Rows 2 j and 2 j + 1 of a head become rows j and j + half. */
    private byte[] halves(byte[] bytes, boolean queries, long[] shape) {
        int heads = (int) facts.integer(prefix + "attention.head_count" + (queries ? "" : "_kv"), 0);
        int rows = (int) shape[0];
        int rowBytes = bytes.length / rows;
        int size = rows / heads;
        byte[] result = new byte[bytes.length];
        for (int head = 0; head < heads; head++) {
            for (int j = 0; j < size / 2; j++) {
                for (int half = 0; half < 2; half++) {
                    System.arraycopy(bytes, (head * size + 2 * j + half) * rowBytes, result, (head * size + half * size / 2 + j) * rowBytes, rowBytes);
                }
            }
        }
        return result;
    }

    private void experts(TensorInfo tensor, String base, String suffix, String path, String hf) {
        if (family.equals("gpt_oss")) {
            fused(tensor, base, suffix, path);
            return;
        }
        byte[] bytes = file.data(tensor).toArray(ValueLayout.JAVA_BYTE);
        int each = bytes.length / (int) tensor.dim(2);
        for (int e = 0; e < tensor.dim(2); e++) {
            String parent = family.equals("mixtral") ? "block_sparse_moe.experts." : "mlp.experts.";
            out.tensor(path + parent + e + "." + hf + suffix, tensor.type().name(), Arrays.copyOfRange(bytes, e * each, (e + 1) * each),
                    tensor.dim(1), tensor.dim(0));
        }
    }

    /** Gate and up in turn; matrices the other way round, or blocks and scales apart. */
    private void fused(TensorInfo tensor, String base, String suffix, String path) {
        if (base.equals("ffn_up_exps")) {
            return; // together with the gate
        }
        boolean down = base.equals("ffn_down_exps");
        List<TensorInfo> parts = down ? List.of(tensor) : List.of(tensor, file.tensor(tensor.name().replace("gate", "up")).orElseThrow());
        String name = path + "mlp.experts." + (down ? "down_proj" : "gate_up_proj");
        int n = parts.size();
        if (suffix.equals(".bias")) {
            int rows = (int) tensor.dim(0);
            int experts = (int) tensor.dim(1);
            float[] values = new float[n * rows * experts];
            for (int i = 0; i < values.length; i++) {
                int e = i / (n * rows);
                int row = i % (n * rows);
                values[i] = element(tensor, file.data(parts.get(row % n)), e * rows + row / n);
            }
            out.floats(name + "_bias", values, experts, (long) n * rows);
            return;
        }
        int in = (int) tensor.dim(0);
        int rows = (int) tensor.dim(1);
        int experts = (int) tensor.dim(2);
        if (tensor.type() == TensorType.MXFP4) {
            byte[] scales = new byte[experts * n * rows * in / 32];
            byte[] blocks = new byte[16 * scales.length];
            for (int b = 0; b < scales.length; b++) {
                int row = b / (in / 32) % (n * rows);
                int e = b / (in / 32) / (n * rows);
                MemorySegment from = file.data(parts.get(row % n)).asSlice(17L * ((e * rows + row / n) * (in / 32) + b % (in / 32)), 17);
                scales[b] = from.get(ValueLayout.JAVA_BYTE, 0);
                for (int i = 0; i < 32; i++) {
                    int code = from.get(ValueLayout.JAVA_BYTE, 1 + i % 16) >> (i < 16 ? 0 : 4) & 15;
                    blocks[16 * b + i / 2] |= (byte) (code << 4 * (i % 2));
                }
            }
            out.tensor(name + "_scales", "U8", scales, experts, (long) n * rows, in / 32);
            out.tensor(name + "_blocks", "U8", blocks, experts, (long) n * rows, in / 32, 16);
            return;
        }
        float[] values = new float[experts * in * n * rows];
        for (int e = 0; e < experts; e++) {
            for (int i = 0; i < in; i++) {
                for (int row = 0; row < n * rows; row++) {
                    values[(e * in + i) * n * rows + row] = element(tensor, file.data(parts.get(row % n)), ((long) e * rows + row / n) * in + i);
                }
            }
        }
        out.floats(name, values, experts, in, (long) n * rows);
    }

    static float element(TensorInfo tensor, MemorySegment data, long i) {
        return switch (tensor.type()) {
            case F32 -> data.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4 * i);
            case F16 -> Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i));
            case BF16 -> Float.intBitsToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i) << 16);
            default -> throw new IllegalArgumentException(tensor.toString());
        };
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        boolean nomic = family.equals("nomic_bert");
        config.put("model_type", family);
        config.put("tie_word_embeddings", file.tensor("output.weight").isEmpty());
        put(config, nomic ? "n_layer" : "num_hidden_layers", "block_count");
        put(config, nomic ? "n_positions" : "max_position_embeddings", "context_length");
        put(config, nomic ? "n_embd" : "hidden_size", "embedding_length");
        put(config, nomic ? "n_head" : "num_attention_heads", "attention.head_count");
        put(config, nomic ? "n_inner" : "intermediate_size", "feed_forward_length");
        put(config, "num_key_value_heads", "attention.head_count_kv");
        put(config, "head_dim", "attention.key_length");
        put(config, "rms_norm_eps", "attention.layer_norm_rms_epsilon");
        put(config, family.equals("bert") ? "layer_norm_eps" : "layer_norm_epsilon", "attention.layer_norm_epsilon");
        put(config, nomic ? "rotary_emb_base" : "rope_theta", "rope.freq_base");
        put(config, family.equals("mixtral") || family.equals("gpt_oss") ? "num_local_experts" : "num_experts", "expert_count");
        put(config, "num_experts_per_tok", "expert_used_count");
        put(config, family.equals("gpt_oss") ? "intermediate_size" : "moe_intermediate_size", "expert_feed_forward_length");
        put(config, "shared_expert_intermediate_size", "expert_shared_feed_forward_length");
        put(config, "sliding_window", "attention.sliding_window");
        put(config, "attn_logit_softcapping", "attn_logit_softcapping");
        put(config, "final_logit_softcapping", "final_logit_softcapping");
        put(config, "embedding_multiplier", "embedding_scale");
        put(config, "residual_multiplier", "residual_scale");
        put(config, "logits_scaling", "logit_scale");
        put(config, "attention_multiplier", "attention.scale");
        if (prefix.equals("gemma-embedding.")) {
            config.put("use_bidirectional_attention", true);
        }
        rotation(config);
        return config;
    }

    private void rotation(Map<String, Object> config) {
        Map<String, Object> scaling = new LinkedHashMap<>();
        put(scaling, "rope_type", "rope.scaling.type");
        put(scaling, "factor", "rope.scaling.factor");
        put(scaling, "beta_fast", "rope.scaling.yarn_beta_fast");
        put(scaling, "beta_slow", "rope.scaling.yarn_beta_slow");
        put(scaling, "mscale_all_dim", "rope.scaling.yarn_log_multiplier");
        put(scaling, "llama_4_scaling_beta", "attention.temperature_scale");
        put(scaling, "original_max_position_embeddings", "rope.scaling.original_context_length");
        if (family.equals("phi3")) {
            scaling.clear();
            put(config, "original_max_position_embeddings", "rope.scaling.original_context_length");
            file.tensor("rope_factors_long.weight").ifPresent(tensor -> {
                scaling.put("type", "longrope");
                scaling.put("long_factor", floats("rope_factors_long.weight"));
                scaling.put("short_factor", floats("rope_factors_short.weight"));
                put(scaling, "attention_factor", "rope.scaling.attn_factor");
                config.put("head_dim", facts.integer(prefix + "embedding_length", 0) / facts.integer(prefix + "attention.head_count", 1));
                config.put("partial_rotary_factor", 0.75);
            });
        }
        if (file.tensor("rope_freqs.weight").isPresent()) {
            // what the reference's own model was made with
            scaling.putAll(Map.of("rope_type", "llama3", "factor", 8, "low_freq_factor", 1, "high_freq_factor", 4,
                    "original_max_position_embeddings", 64));
        }
        if (!scaling.isEmpty()) {
            config.put("rope_scaling", scaling);
        }
    }

    private List<Float> floats(String name) {
        TensorInfo tensor = file.tensor(name).orElseThrow();
        List<Float> values = new ArrayList<>();
        for (int i = 0; i < tensor.elements(); i++) {
            values.add(element(tensor, file.data(tensor), i));
        }
        return values;
    }

    private void pooling(Path folder) throws IOException {
        long type = facts.integer(prefix + "pooling_type", 0);
        if (type > 0) {
            Files.createDirectory(folder.resolve("1_Pooling"));
            String mode = List.of("mean_tokens", "cls_token", "lasttoken").get((int) type - 1);
            Files.writeString(folder.resolve("1_Pooling/config.json"), "{\"pooling_mode_" + mode + "\": true}");
        }
    }

    private void put(Map<String, Object> config, String name, String key) {
        Object value = facts.asMap().get(prefix + key);
        if (value != null) {
            config.put(name, value);
        }
    }

    private static long[] reversed(long[] shape) {
        long[] reversed = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            reversed[i] = shape[shape.length - 1 - i];
        }
        return reversed;
    }

    private static String json(Object value) {
        return switch (value) {
            case Map<?, ?> map -> map.entrySet().stream().map(e -> "\"" + e.getKey() + "\":" + json(e.getValue())).collect(Collectors.joining(",", "{", "}"));
            case List<?> list -> list.stream().map(GoldenUnpacker::json).collect(Collectors.joining(",", "[", "]"));
            case String text -> "\"" + text + "\"";
            default -> value.toString();
        };
    }
}
