package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Options;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks the types of {@code options}. Names that are not known pass on: the engine says in its notes what it did not use. */
final class OptionsReader {
    private static final Set<String> INTEGERS = Set.of("num_keep", "num_predict", "top_k", "repeat_last_n", "num_ctx", "num_batch",
            "num_gpu", "main_gpu", "num_thread", "draft_num_predict", "mirostat", "dry_allowed_length", "dry_penalty_last_n");
    private static final Set<String> NUMBERS = Set.of("top_p", "min_p", "typical_p", "temperature", "repeat_penalty",
            "presence_penalty", "frequency_penalty", "mirostat_tau", "mirostat_eta", "xtc_probability", "xtc_threshold", "dry_multiplier",
            "dry_base");
    /** Options of old versions that clients still send. */
    private static final Set<String> REMOVED = Set.of("numa", "low_vram", "f16_kv", "logits_all", "vocab_only",
            "penalize_newline", "tfs_z", "num_gqa", "rope_frequency_base",
            "rope_frequency_scale", "embedding_only");

    private OptionsReader() {}

    /**
     * Reads.
     *
     * @param notes takes sentences about options without effect
     * @throws RuntimeFailure with {@code request.invalid} for a value of the wrong type, and in strict mode for unknown names
     */
    static Options read(Map<String, Object> given, boolean strict, List<String> notes) {
        Map<String, Object> values = new LinkedHashMap<>();
        given.forEach((name, value) -> {
            if (value == null) {
                return;
            }
            if (REMOVED.contains(name)) {
                notes.add("ignored option \"" + name + "\": it has no effect any more");
            } else {
                values.put(name, typed(name, value, strict));
            }
        });
        return Options.of(values);
    }

    private static Object typed(String name, Object value, boolean strict) {
        if (INTEGERS.contains(name)) {
            return whole(name, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
        }
        if (NUMBERS.contains(name)) {
            double number = value instanceof Number n ? n.doubleValue() : wrong(name, "of type float32");
            if (!Double.isFinite((float) number)) {
                throw outside(name, value);
            }
            return number;
        }
        return switch (name) {
            case "seed" -> whole(name, value, Long.MIN_VALUE, Long.MAX_VALUE);
            case "use_mmap", "use_mlock" -> value instanceof Boolean ? value : wrong(name, "of type boolean");
            case "stop", "dry_sequence_breakers" -> strings(name, value);
            default -> {
                if (strict) {
                    throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                            "unknown option \"" + name + "\"; server.strict refuses what it does not know");
                }
                yield value;
            }
        };
    }

    private static long whole(String name, Object value, long min, long max) {
        if (!(value instanceof Number n)) {
            return OptionsReader.<Long>wrong(name, "of type integer");
        }
        BigDecimal exact = n instanceof Double d ? BigDecimal.valueOf(d) : new BigDecimal(n.toString());
        // no toBigInteger before this check: 1e999999999 would need as many digits
        if (exact.compareTo(BigDecimal.valueOf(min)) < 0 || exact.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw outside(name, value);
        }
        return exact.longValue();
    }

    private static List<?> strings(String name, Object value) {
        if (!(value instanceof List<?> list)) {
            return OptionsReader.<List<?>>wrong(name, "of type array");
        }
        if (!list.stream().allMatch(String.class::isInstance)) {
            return OptionsReader.<List<?>>wrong(name, "of an array of strings");
        }
        return list;
    }

    private static <T> T wrong(String name, String type) {
        throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "option \"" + name + "\" must be " + type);
    }

    private static RuntimeFailure outside(String name, Object value) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "option \"" + name + "\" is out of range: " + value);
    }
}
