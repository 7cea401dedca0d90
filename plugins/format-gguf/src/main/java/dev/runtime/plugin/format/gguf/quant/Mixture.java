package dev.runtime.plugin.format.gguf.quant;

import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Chooses the type of each tensor at a level: which are quantised at all, and which get more bits than most. The rules are those of the
 * reference quantiser without an importance matrix, see the description of the GGUF format.
 */
public final class Mixture {
    private static final Pattern BLOCK = Pattern.compile("blk\\.(\\d+)\\..*");
    /** Parts of names of tensors that stay as they are: norms, routers, positions, recurrences, encoders of images and sound. */
    private static final List<String> KEPT = List.of("_norm.weight", "ffn_gate_inp", "altup", "laurel", "per_layer_model_proj",
            "per_layer_token_embd", "position_embd", "token_types.weight", "ssm_conv1d.weight", "shortconv.conv.weight", "time_mix_",
            "attn_rel_b.weight");
    private static final List<String> ENCODERS = List.of("v.", "a.", "mm.");
    /** Matrices of compressed attention: small, and errors in them reach every head. */
    private static final List<String> LATENT = List.of("attn_k_b", "attn_v_b", "attn_kv_a_mqa", "attn_q_a.", "attn_q_b");

    private final Level level;
    private final int layers;
    private final int values;
    private final long experts;
    private final boolean grouped;
    private final boolean tied;
    private int valuesSeen;
    private int downsSeen;

    private Mixture(ModelFile model, Level level) {
        this.level = level;
        Metadata metadata = model.metadata();
        String architecture = metadata.string("general.architecture").orElse("");
        layers = (int) Math.max(1, metadata.integer(architecture + ".block_count", 1));
        experts = metadata.integer(architecture + ".expert_count", 0);
        grouped = grouped(metadata, architecture + ".attention.head_count");
        tied = model.tensor("output.weight").isEmpty();
        values = (int) model.tensors().stream().map(TensorInfo::name)
                .filter(n -> n.contains("attn_v.weight") || n.contains("attn_qkv.weight") || n.contains("attn_kv_b.weight")).count();
    }

    /** Returns the type that each tensor of a model will have, in file order. */
    public static Map<TensorInfo, TensorType> of(ModelFile model, Level level) {
        Mixture mixture = new Mixture(model, level);
        Map<TensorInfo, TensorType> types = new LinkedHashMap<>();
        for (TensorInfo tensor : model.tensors()) {
            types.put(tensor, mixture.type(tensor));
        }
        return types;
    }

    /** Tells whether at least four query heads share a key and value head. */
    private static boolean grouped(Metadata metadata, String key) {
        long heads = first(metadata, key, 1);
        long shared = first(metadata, key + "_kv", heads);
        return shared > 0 && heads / shared >= 4;
    }

    private static long first(Metadata metadata, String key, long orElse) {
        return switch (metadata.asMap().get(key)) {
            case Long n -> n;
            case long[] each -> Arrays.stream(each).max().orElse(orElse);
            case null, default -> orElse;
        };
    }

    private TensorType type(TensorInfo tensor) {
        String name = tensor.name();
        boolean number = switch (tensor.type()) {
            case F32, F16, BF16 -> true;
            default -> false;
        };
        if (!number || tensor.shape().length < 2 || !name.endsWith("weight") || KEPT.stream().anyMatch(name::contains)
                || ENCODERS.stream().anyMatch(name::startsWith)) {
            return tensor.type();
        }
        if (level.plain()) {
            return level.type();
        }
        return fitting(wanted(name, tensor), tensor.dim(0));
    }

    private TensorType wanted(String name, TensorInfo tensor) {
        TensorType usual = level.type();
        if (level == Level.MXFP4) {
            return tensor.shape().length == 3 ? usual : TensorType.Q8_0;
        }
        if (name.equals("output.weight") || tied && name.equals("token_embd.weight")) {
            return level == Level.Q8_0 || tensor.dim(0) % 256 != 0 ? TensorType.Q8_0 : TensorType.Q6_K;
        }
        if (LATENT.stream().anyMatch(name::contains)) {
            return TensorType.Q8_0;
        }
        if (name.contains("attn_v.weight")) {
            return attentionValue(usual, valuesSeen++);
        }
        if (name.contains("attn_k.weight")) {
            return experts == 8 ? TensorType.Q8_0 : usual;
        }
        if (name.contains("attn_qkv.weight")) {
            valuesSeen++;
            return fused(usual);
        }
        if (name.contains("attn_kv_b.weight")) {
            valuesSeen++;
            return usual;
        }
        if (name.contains("attn_output.weight")) {
            return attentionOutput(usual);
        }
        return name.contains("ffn_down") ? down(usual, experts > 1 ? block(name) : downsSeen++) : usual;
    }

    private TensorType attentionValue(TensorType usual, int i) {
        if (experts == 8) {
            return TensorType.Q8_0;
        }
        return switch (level) {
            case Q2_K -> grouped ? TensorType.Q4_K : TensorType.Q3_K;
            case Q3_K_M -> i < 2 ? TensorType.Q5_K : TensorType.Q4_K;
            case Q3_K_L -> TensorType.Q5_K;
            case Q4_K_S -> i < 4 ? TensorType.Q5_K : usual;
            case Q4_K_M, Q5_K_M -> more(i, values) ? TensorType.Q6_K : usual;
            case IQ4_NL, IQ4_XS -> grouped ? TensorType.Q5_K : usual;
            case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q3_K_S, Q5_K_S, Q6_K, TQ1_0, TQ2_0, MXFP4 -> usual;
        };
    }

    private TensorType fused(TensorType usual) {
        return switch (level) {
            case Q3_K_M, Q3_K_L -> TensorType.Q4_K;
            case Q4_K_M -> TensorType.Q5_K;
            case Q5_K_M -> TensorType.Q6_K;
            case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q2_K, Q3_K_S, Q4_K_S, Q5_K_S, Q6_K, IQ4_NL, IQ4_XS, TQ1_0, TQ2_0, MXFP4 -> usual;
        };
    }

    private TensorType attentionOutput(TensorType usual) {
        boolean eight = experts == 8;
        return switch (level) {
            case Q2_K -> eight ? TensorType.Q5_K : TensorType.Q3_K;
            case Q3_K_M -> eight ? TensorType.Q5_K : TensorType.Q4_K;
            case Q3_K_S, Q4_K_S, Q4_K_M, IQ4_NL, IQ4_XS -> eight ? TensorType.Q5_K : usual;
            case Q3_K_L -> eight ? usual : TensorType.Q5_K;
            case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q5_K_S, Q5_K_M, Q6_K, TQ1_0, TQ2_0, MXFP4 -> usual;
        };
    }

    private TensorType down(TensorType usual, int i) {
        return switch (level) {
            case Q2_K -> TensorType.Q3_K;
            case Q3_K_M -> i < layers / 16 ? TensorType.Q5_K : TensorType.Q4_K;
            case Q3_K_L -> TensorType.Q5_K;
            case Q4_K_S, IQ4_NL, IQ4_XS -> i < layers / 8 ? TensorType.Q5_K : usual;
            case Q4_K_M, Q5_K_M -> more(i, layers) ? TensorType.Q6_K : usual;
            case F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q3_K_S, Q5_K_S, Q6_K, TQ1_0, TQ2_0, MXFP4 -> usual;
        };
    }

    /** The first and last eighth of the layers and every third between them. */
    private static boolean more(int i, int n) {
        return i < n / 8 || i >= 7 * n / 8 || (i - n / 8) % 3 == 2;
    }

    private static int block(String name) {
        Matcher block = BLOCK.matcher(name);
        return block.matches() ? Integer.parseInt(block.group(1)) : 0;
    }

    /** Returns the type itself, or the next best one whose blocks divide a row. */
    private static TensorType fitting(TensorType type, long row) {
        if (row % type.blockSize() == 0) {
            return type;
        }
        TensorType smaller = switch (type) {
            case Q2_K, Q3_K, IQ4_XS -> TensorType.IQ4_NL;
            case Q4_K -> TensorType.Q5_0;
            case Q5_K -> TensorType.Q5_1;
            case Q6_K -> TensorType.Q8_0;
            case TQ1_0, TQ2_0 -> TensorType.Q4_0;
            default -> TensorType.F16;
        };
        return row % smaller.blockSize() == 0 ? smaller : TensorType.F16;
    }
}
