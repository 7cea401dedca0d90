package dev.runtime.api.inference;

import dev.runtime.api.Stable;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Options of a request by name, over the model's own parameters, over the defaults: {@code temperature}, {@code top_k},
 * {@code top_p}, {@code min_p}, {@code typical_p}, {@code repeat_last_n}, {@code repeat_penalty}, {@code presence_penalty},
 * {@code frequency_penalty}, {@code seed}, {@code num_predict}, {@code num_ctx}, {@code num_batch}, {@code num_keep},
 * {@code num_thread}, {@code num_gpu}, {@code stop} and so on. Unknown names are reported in the reply's notes.
 *
 * @param values plain JSON values; null is "not given"
 * @param logitBias scores to add by token
 */
@Stable
public record Options(Map<String, Object> values, Map<Integer, Double> logitBias) {
    /** No options. */
    public static final Options NONE = new Options(Map.of(), Map.of());

    /** Copies. */
    public Options {
        Map<String, Object> copy = new LinkedHashMap<>(values);
        copy.values().removeIf(Objects::isNull);
        values = Collections.unmodifiableMap(copy);
        logitBias = Map.copyOf(logitBias);
    }

    /** Creates options by name. */
    public static Options of(Map<String, Object> values) {
        return new Options(values, Map.of());
    }

    /** Returns stop strings given by these options: a list, or one string. */
    public List<String> stop() {
        return switch (values.get("stop")) {
            case String s -> List.of(s);
            case List<?> l -> l.stream().map(String::valueOf).toList();
            case null, default -> List.of();
        };
    }
}
