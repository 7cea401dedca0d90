package dev.runtime.plugin.format.safetensors;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The numbers of {@code config.json}. Of models that also see, those of the part for text; names that differ between families and
 * versions are given together, and the first that is there counts.
 */
public final class HfConfig {
    private final Map<?, ?> root;
    private final Map<?, ?> text;

    /** Wraps the file's object. */
    public HfConfig(Map<?, ?> root) {
        this.root = root;
        this.text = root.get("text_config") instanceof Map<?, ?> inner ? inner : root;
    }

    /** Returns the family as the library calls it, such as {@code qwen3}; that of the text part if there is one. */
    public String modelType() {
        return text.get("model_type") instanceof String inner ? inner : root.get("model_type") instanceof String outer ? outer : "";
    }

    /** Returns the class of the model, such as {@code Qwen3ForCausalLM}; empty if the file does not say. */
    public String className() {
        return root.get("architectures") instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof String name ? name : "";
    }

    /** Returns a value; nothing if none of the names is there. */
    public Optional<Object> value(String... names) {
        for (String name : names) {
            Object value = text.get(name) != null ? text.get(name) : root.get(name);
            if (value != null) {
                return Optional.of(value);
            }
        }
        return Optional.empty();
    }

    /** Returns an integer; nothing if none of the names is there. */
    public OptionalLong integer(String... names) {
        return value(names).map(v -> switch (v) {
            case Long n -> OptionalLong.of(n);
            case Double d when d == Math.rint(d) && Math.abs(d) < 0x1p53 -> OptionalLong.of((long) (double) d);
            default -> throw wrong(names[0], v, "an integer");
        }).orElse(OptionalLong.empty());
    }

    /**
     * Returns a positive integer of 32 bits.
     *
     * @throws RuntimeFailure with {@code model.file_invalid} if it is missing or outside
     */
    public int require(String... names) {
        long n = integer(names).orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                "config.json lacks " + names[0] + ", which a model of the family " + modelType() + " needs"));
        if (n < 1 || n > Integer.MAX_VALUE) {
            throw wrong(names[0], n, "a positive integer of 32 bits");
        }
        return (int) n;
    }

    /** Returns a positive integer of 32 bits, or the given one if none of the names is there. */
    public int integerOr(int orElse, String... names) {
        return value(names).isEmpty() ? orElse : require(names);
    }

    /** Returns a number, or the given one if none of the names is there. */
    public double numberOr(double orElse, String... names) {
        return value(names).map(v -> v instanceof Number n ? n.doubleValue() : fail(names[0], v, "a number")).orElse(orElse);
    }

    /** Returns a truth value. */
    public boolean flag(boolean orElse, String name) {
        return value(name).map(v -> v instanceof Boolean b ? b : this.<Boolean>fail(name, v, "true or false")).orElse(orElse);
    }

    /** Returns how positions are scaled, under its old or its new name; empty if they are not. */
    public HfConfig scaling() {
        return new HfConfig(value("rope_scaling", "rope_parameters").map(v -> v instanceof Map<?, ?> m ? m : Map.of()).orElse(Map.of()));
    }

    /** Returns the rotation's base, which newer files keep among the parameters of rotation. */
    public double ropeBase(double orElse) {
        return numberOr(scaling().numberOr(orElse, "rope_theta"), "rope_theta", "rotary_emb_base");
    }

    /** Returns the elements of an attention head. */
    public int headSize() {
        return integerOr(require("hidden_size", "n_embd") / require("num_attention_heads", "n_head"), "head_dim");
    }

    private <T> T fail(String name, Object value, String expected) {
        throw wrong(name, value, expected);
    }

    private static RuntimeFailure wrong(String name, Object value, String expected) {
        return new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, name + " of config.json is " + value + " where " + expected + " is expected");
    }
}
