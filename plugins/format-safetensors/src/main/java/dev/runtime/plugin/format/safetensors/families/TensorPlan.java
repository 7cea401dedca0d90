package dev.runtime.plugin.format.safetensors.families;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.plugin.format.safetensors.HfConfig;
import dev.runtime.plugin.format.safetensors.weights.Content;
import dev.runtime.plugin.format.safetensors.weights.RawTensor;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns a folder's tensors into those that the engine knows: other names, experts stacked, rows of rotated heads in another order, single
 * rows and biases as 32-bit floats. What can stay as it is in the file stays there.
 */
public final class TensorPlan {
    private static final System.Logger LOG = System.getLogger(TensorPlan.class.getName());
    private static final Pattern LAYER = Pattern.compile("(?:layers|encoder\\.layer|encoder\\.layers)\\.(\\d{1,5})\\.(.+)");
    private static final Pattern EXPERT = Pattern.compile("(?:mlp|block_sparse_moe)\\.experts\\.(\\d{1,5})\\.(gate_proj|up_proj|down_proj|w1|w2|w3)\\.weight");
    /** What may stand before names, depending on the class that saved the model. */
    private static final Pattern PREFIX = Pattern.compile("^(?:(?:model|language_model|bert|text_model)\\.)+");
    /** Tensors that are computed or of parts that only training or images need. */
    private static final Pattern UNUSED = Pattern.compile(
            ".*(rotary_emb\\.inv_freq|masked_bias|position_ids)|(pooler|cls|vision_tower|vision_model|multi_modal_projector)\\..*");
    /** Small matrices that are kept in full precision. */
    private static final Set<String> PRECISE = Set.of("ffn_gate_inp", "token_types", "position_embd");

    private final HfConfig config;
    private final Family family;
    private final Map<TensorInfo, Content> contents = new LinkedHashMap<>();
    private final Set<String> names = new HashSet<>();
    /** Experts of one layer and matrix, by their number. */
    private final Map<String, TreeMap<Integer, RawTensor>> experts = new LinkedHashMap<>();

    private TensorPlan(HfConfig config, Family family) {
        this.config = config;
        this.family = family;
    }

    /**
     * Plans the tensors of a model.
     *
     * @param raw the folder's tensors by name
     * @return what each tensor is made of
     * @throws RuntimeFailure with {@code model.file_invalid} if shapes do not fit the configuration, {@code model.unsupported} for
     *     element types or tensors that are not known
     */
    public static Map<TensorInfo, Content> of(HfConfig config, Family family, Map<String, RawTensor> raw) {
        TensorPlan plan = new TensorPlan(config, family);
        boolean tied = config.flag(false, "tie_word_embeddings");
        raw.forEach((name, tensor) -> {
            String bare = PREFIX.matcher(name).replaceFirst("");
            if (!UNUSED.matcher(bare).matches() && !(tied && bare.equals("lm_head.weight"))) {
                plan.take(bare, tensor, raw);
            }
        });
        plan.stackExperts();
        RotationFacts.tensors(config).forEach((name, values) ->
                plan.add(name, TensorType.F32, new long[] {values.length}, new Content.Numbers(values)));
        return plan.contents;
    }

    private void take(String bare, RawTensor tensor, Map<String, RawTensor> raw) {
        Matcher layer = LAYER.matcher(bare);
        String block = "";
        String local = bare;
        if (layer.matches()) {
            block = "blk." + Integer.parseInt(layer.group(1)) + ".";
            local = "layer." + layer.group(2);
            Matcher expert = EXPERT.matcher(layer.group(2));
            if (expert.matches()) {
                experts.computeIfAbsent(block + expertName(expert.group(2)), _ -> new TreeMap<>()).put(Integer.parseInt(expert.group(1)), tensor);
                return;
            }
            if (FusedExperts.isPart(layer.group(2))) {
                FusedExperts.take(layer.group(2), tensor, raw, this, block);
                return;
            }
        }
        String suffix = local.endsWith(".weight") ? ".weight" : local.endsWith(".bias") ? ".bias" : "";
        String base = local.substring(0, local.length() - suffix.length());
        Optional<String> name = family.name(base);
        if (name.isEmpty()) {
            LOG.log(Level.WARNING, "left out a tensor that models of the family {0} do not have: {1}", family.architecture(), tensor.name());
            return;
        }
        convert(block + name.get() + suffix, name.get(), tensor);
    }

    private void convert(String name, String base, RawTensor tensor) {
        long[] shape = tensor.reversed();
        // a gate of one row is a vector
        long[] flat = shape.length == 2 && shape[1] == 1 && base.endsWith("inp_shexp") ? new long[] {shape[0]} : shape;
        boolean rotated = family.adjacent() && (base.equals("attn_q") || base.equals("attn_k"));
        boolean single = flat.length == 1 || name.endsWith(".bias") || PRECISE.contains(base);
        TensorType type = single ? TensorType.F32 : number(tensor);
        if (rotated) {
            HeadOrder order = HeadOrder.of(config, base.equals("attn_q"), shape[shape.length - 1], tensor.name());
            add(name, type, flat, single ? new Content.Floats(tensor, 0, tensor.elements(), order::source)
                    : new Content.Rows(tensor.data(), type.bytes(shape[0]), shape[1], order::source));
        } else if (single || type == TensorType.F32 && !tensor.type().equals("F32")) {
            number(tensor);
            add(name, TensorType.F32, flat, new Content.Floats(tensor, base.endsWith("norm") ? family.normPlus() : 0));
        } else {
            add(name, type, flat, new Content.Mapped(tensor.data()));
        }
    }

    private static String expertName(String part) {
        return switch (part) {
            case "gate_proj", "w1" -> "ffn_gate_exps.weight";
            case "down_proj", "w2" -> "ffn_down_exps.weight";
            default -> "ffn_up_exps.weight";
        };
    }

    private void stackExperts() {
        experts.forEach((name, parts) -> {
            RawTensor first = parts.firstEntry().getValue();
            List<Content> contents = new ArrayList<>();
            for (Map.Entry<Integer, RawTensor> part : parts.entrySet()) {
                RawTensor tensor = part.getValue();
                if (part.getKey() != contents.size() || !tensor.type().equals(first.type()) || !Arrays.equals(tensor.shape(), first.shape())) {
                    throw invalid(name + " needs experts 0 to " + (parts.size() - 1) + " of one type and shape, but " + tensor + " is there");
                }
                contents.add(tensor.type().equals("F64") ? new Content.Floats(tensor, 0) : new Content.Mapped(tensor.data()));
            }
            long[] shape = first.reversed();
            if (shape.length != 2) {
                throw invalid(first + " is no matrix");
            }
            add(name, number(first), new long[] {shape[0], shape[1], parts.size()}, new Content.Joined(contents));
        });
    }

    /** Returns the type in which a tensor's elements are kept. */
    static TensorType number(RawTensor tensor) {
        return switch (tensor.type()) {
            case "F32", "F64" -> TensorType.F32;
            case "F16" -> TensorType.F16;
            case "BF16" -> TensorType.BF16;
            case String other -> throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED, tensor.name() + " has elements of the type " + other
                    + "; supported are BF16, F16 and F32: convert the model first");
        };
    }

    /** Adds a tensor, whose content has exactly the bytes that type and shape give. */
    void add(String name, TensorType type, long[] shape, Content content) {
        TensorInfo info;
        try {
            info = new TensorInfo(name, type, shape);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw invalid(name + " has a shape that no tensor can have: " + e.getMessage());
        }
        if (content.bytes() != info.bytes()) {
            throw invalid(info + " takes " + info.bytes() + " bytes, but its parts have " + content.bytes());
        }
        if (!names.add(name)) {
            throw invalid("several tensors become " + name);
        }
        contents.put(info, content);
    }

    static RuntimeFailure invalid(String problem) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "the model's folder is damaged: " + problem + "; fetch it again");
    }
}
