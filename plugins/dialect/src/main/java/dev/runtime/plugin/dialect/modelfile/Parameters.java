package dev.runtime.plugin.dialect.modelfile;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parameters of a Modelfile as options.
 *
 * @param values by name: {@code Long}, {@code Double}, {@code Boolean}, or a list of strings for {@code stop}
 * @param ignored names that have no effect any more
 */
public record Parameters(Map<String, Object> values, List<String> ignored) {
    private static final Set<String> WHOLE = Set.of("num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread", "draft_num_predict", "num_keep",
            "seed", "num_predict", "top_k", "repeat_last_n");
    private static final Set<String> NUMBERS = Set.of("top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty",
            "frequency_penalty");
    private static final Set<String> REMOVED = Set.of("penalize_newline", "low_vram", "f16_kv", "logits_all", "vocab_only", "use_mlock",
            "mirostat", "mirostat_tau", "mirostat_eta");

    /**
     * Reads the parameters of a Modelfile; of several of one name the last counts, but all of {@code stop}.
     *
     * @throws RuntimeFailure with {@code request.invalid}, the line and what is wrong there
     */
    public static Parameters of(Modelfile file) {
        Map<String, Object> values = new LinkedHashMap<>();
        List<String> stops = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        for (Instruction parameter : file.all(Instruction.Kind.PARAMETER)) {
            String name = parameter.name();
            if (REMOVED.contains(name)) {
                ignored.add(name);
            } else if (name.equals("stop")) {
                stops.add(parameter.value());
                values.put(name, stops);
            } else {
                values.put(name, typed(parameter));
            }
        }
        return new Parameters(values, List.copyOf(ignored));
    }

    private static Object typed(Instruction parameter) {
        String value = parameter.value().strip();
        if (WHOLE.contains(parameter.name())) {
            try {
                return Long.parseLong(value);
            } catch (NumberFormatException _) {
                throw wrong(parameter, "int");
            }
        }
        if (NUMBERS.contains(parameter.name())) {
            try {
                double number = Double.parseDouble(value);
                if (Double.isFinite(number)) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // the same words as for infinity
            }
            throw wrong(parameter, "float");
        }
        if (parameter.name().equals("use_mmap")) {
            return switch (value) {
                case "true", "1" -> true;
                case "false", "0" -> false;
                default -> throw wrong(parameter, "bool");
            };
        }
        throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "(line " + parameter.line() + "): unknown parameter '" + parameter.name() + "'");
    }

    private static RuntimeFailure wrong(Instruction parameter, String type) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "(line " + parameter.line() + "): invalid " + type + " value \""
                + parameter.value() + "\" of " + parameter.name());
    }
}
