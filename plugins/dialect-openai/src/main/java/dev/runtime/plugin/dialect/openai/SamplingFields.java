package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Options;
import dev.runtime.plugin.dialect.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Reads the fields that choose tokens. Without them this dialect samples plainly, whatever the model's own parameters say. */
final class SamplingFields {
    private static final int MOST_CHOICES = 128;
    /** Fields that other servers with this API take, named like the engine's options. */
    private static final List<String> MORE_NUMBERS = List.of("min_p", "typical_p", "repeat_penalty", "mirostat_tau", "mirostat_eta",
            "xtc_probability", "xtc_threshold", "dry_multiplier", "dry_base");
    private static final List<String> MORE_INTEGERS =
            List.of("top_k", "repeat_last_n", "mirostat", "dry_allowed_length", "dry_penalty_last_n");

    private SamplingFields() {}

    /** Reads the fields of chat; stop strings that are no strings are added to the list of what was ignored. */
    static Options chat(Fields fields, List<String> ignored) {
        Map<String, Object> values = plain(fields);
        fields.number("frequency_penalty").ifPresent(n -> values.put("frequency_penalty", n));
        fields.number("presence_penalty").ifPresent(n -> values.put("presence_penalty", n));
        limit(values, fields.whole("max_tokens"), fields.whole("max_completion_tokens"));
        List<String> stop = new ArrayList<>();
        for (Object each : stop(fields)) {
            if (each instanceof String text) {
                stop.add(text);
            } else {
                ignored.add(fields.place("stop[]"));
            }
        }
        putStop(values, stop);
        return new Options(values, bias(fields));
    }

    /** Reads the fields of completions, which refuse stop strings that are no strings. */
    static Options completions(Fields fields) {
        Map<String, Object> values = plain(fields);
        values.put("frequency_penalty", fields.number("frequency_penalty").orElse(0));
        values.put("presence_penalty", fields.number("presence_penalty").orElse(0));
        limit(values, fields.whole("max_tokens"), OptionalLong.empty());
        List<String> stop = new ArrayList<>();
        for (Object each : stop(fields)) {
            if (!(each instanceof String text)) {
                throw invalid("invalid type for 'stop' field: " + TypeWord.of(each));
            }
            stop.add(text);
        }
        putStop(values, stop);
        return new Options(values, bias(fields));
    }

    /** Reads the fields of responses, where the model's own value of {@code top_p} stays in force. */
    static Options responses(Fields fields) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("temperature", fields.number("temperature").orElse(1));
        fields.number("top_p").ifPresent(n -> values.put("top_p", n));
        limit(values, fields.whole("max_output_tokens"), OptionalLong.empty());
        return Options.of(values);
    }

    private static Map<String, Object> plain(Fields fields) {
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("temperature", fields.number("temperature").orElse(1));
        values.put("top_p", fields.number("top_p").orElse(1));
        fields.whole("seed").ifPresent(n -> values.put("seed", n));
        MORE_NUMBERS.forEach(name -> fields.number(name).ifPresent(n -> values.put(name, n)));
        MORE_INTEGERS.forEach(name -> fields.whole(name).ifPresent(n -> values.put(name, n)));
        fields.number("repetition_penalty").ifPresent(n -> values.put("repeat_penalty", n));
        fields.value("dry_sequence_breakers").ifPresent(texts -> values.put("dry_sequence_breakers", texts));
        return values;
    }

    private static void limit(Map<String, Object> values, OptionalLong limit, OptionalLong orElse) {
        (limit.isPresent() ? limit : orElse).ifPresent(n -> values.put("num_predict", n));
    }

    private static List<?> stop(Fields fields) {
        return switch (fields.value("stop").orElse(List.of())) {
            case List<?> list -> list;
            case Object one -> List.of(one);
        };
    }

    private static void putStop(Map<String, Object> values, List<String> stop) {
        if (!stop.isEmpty()) {
            values.put("stop", List.copyOf(stop));
        }
    }

    private static Map<Integer, Double> bias(Fields fields) {
        Map<Integer, Double> bias = new HashMap<>();
        fields.object("logit_bias").forEach((token, value) -> {
            if (!(value instanceof Number number) || Math.abs(number.doubleValue()) > 100) {
                throw invalid("logit_bias of token " + token + " must be a number between -100 and 100");
            }
            try {
                bias.put(Integer.parseInt(token), number.doubleValue());
            } catch (NumberFormatException e) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "logit_bias takes ids of tokens, not \"" + token + "\"", e);
            }
        });
        return bias;
    }

    /** Reads how many answers are wanted. */
    static int choices(Fields fields) {
        long n = fields.whole("n").orElse(1);
        if (n < 1 || n > MOST_CHOICES) {
            throw invalid("n must be between 1 and " + MOST_CHOICES + ", not " + n);
        }
        return (int) n;
    }

    /** Returns the options of one of several answers: with a seed they would all be the same, so each counts on from it. */
    static Options of(Options options, int choice) {
        if (choice == 0 || !(options.values().get("seed") instanceof Long seed)) {
            return options;
        }
        Map<String, Object> values = new LinkedHashMap<>(options.values());
        values.put("seed", seed + choice);
        return new Options(values, options.logitBias());
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
