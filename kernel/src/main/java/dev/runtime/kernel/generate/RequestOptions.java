package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.SamplingOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options of a request with everything filled in: defaults, under the model's own parameters, under the request's.
 *
 * @param sampling how tokens are chosen
 * @param predict most tokens to generate, 0 or less for as many as come
 * @param keep tokens of the prompt's start that survive when the context is full; -1 for the whole prompt
 * @param context positions asked for, 0 if not
 * @param batch tokens of a step asked for, 0 if not
 * @param threads threads asked for, 0 if not
 * @param gpuLayers layers that may run on GPUs, 0 for none, -1 if not asked for
 * @param gpu which of the GPUs to run on, -1 to have it chosen
 * @param drafts guessed tokens that a step may check, 0 for none, -1 to leave it to the engine
 * @param cacheSalt only requests with the same one share what the prefix cache holds
 * @param stop texts that end the reply
 * @param locked whether the system is to keep the model in memory
 */
record RequestOptions(
        SamplingOptions sampling, int predict, int keep, int context, int batch, int threads, int gpuLayers, int gpu, int drafts,
        Optional<String> cacheSalt, List<String> stop, boolean locked) {
    private static final int LEAST_CONTEXT = 4;
    private static final int MOST_BATCH = 1 << 16;
    private static final int MOST_THREADS = 1 << 12;
    /** Characters of all stop strings together; each of them is compared with each piece of the reply. */
    private static final int MOST_STOP = 1 << 14;
    /** No token of any vocabulary has a surprise of so many bits as a rule. */
    private static final int MOST_SURPRISE = 100;

    /** Options of other engines that clients still send; they never had an effect here. */
    private static final Set<String> OBSOLETE = Set.of("numa", "low_vram", "f16_kv", "logits_all", "vocab_only",
            "penalize_newline", "tfs_z", "num_gqa", "rope_frequency_base",
            "rope_frequency_scale", "embedding_only");

    /**
     * Reads options.
     *
     * @param parameters the model's own
     * @throws RuntimeFailure with {@code request.invalid} for a value of the wrong type
     */
    static RequestOptions read(Map<String, Object> parameters, Options request, Notes notes) {
        OptionValues values = new OptionValues(listed(parameters), request.values());
        SamplingOptions sampling = new SamplingOptions(
                Math.max(0, values.number("temperature", 0.8)),
                values.integer("top_k", 40),
                values.number("top_p", 0.9),
                values.number("min_p", 0.0),
                values.number("typical_p", 1.0),
                values.integer("repeat_last_n", 64),
                repeatPenalty(values, notes),
                values.number("presence_penalty", 0.0),
                values.number("frequency_penalty", 0.0),
                values.integral("seed", -1),
                request.logitBias(), mirostat(values), xtc(values), dry(values));
        int context = values.integer("num_ctx", 0);
        RequestOptions options = new RequestOptions(sampling, values.integer("num_predict", -1), values.integer("num_keep", 4),
                context <= 0 ? 0 : Math.max(LEAST_CONTEXT, context),
                Math.clamp(values.integer("num_batch", 0), 0, MOST_BATCH),
                Math.clamp(values.integer("num_thread", 0), 0, MOST_THREADS),
                Math.max(-1, values.integer("num_gpu", -1)),
                Math.max(-1, values.integer("main_gpu", -1)),
                Math.max(-1, values.integer("draft_num_predict", -1)),
                values.text("cache_salt"),
                stops(values.texts("stop", List.of())),
                values.flag("use_mlock"));
        withoutEffect(values, notes);
        values.unread().stream().filter(key -> !OBSOLETE.contains(key)).sorted()
                .forEach(key -> notes.ignored("unknown option \"" + key + "\" was ignored"));
        return options;
    }

    /** Tells whether nothing may run on a GPU. */
    boolean onHost() {
        return gpuLayers == 0;
    }

    private static SamplingOptions.Mirostat mirostat(OptionValues values) {
        int version = values.integer("mirostat", 0);
        if (version < 0 || version > 2) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "option \"mirostat\" is " + version + "; it is 0, 1 or 2");
        }
        return new SamplingOptions.Mirostat(version, Math.clamp(values.number("mirostat_tau", 5), 0, MOST_SURPRISE),
                Math.clamp(values.number("mirostat_eta", 0.1), 0, 1));
    }

    private static SamplingOptions.Xtc xtc(OptionValues values) {
        return new SamplingOptions.Xtc(values.number("xtc_probability", 0), values.number("xtc_threshold", 0.1));
    }

    private static SamplingOptions.Dry dry(OptionValues values) {
        SamplingOptions.Dry off = SamplingOptions.Dry.OFF;
        List<String> breakers = stops(values.texts("dry_sequence_breakers", off.breakers()));
        return new SamplingOptions.Dry(values.number("dry_multiplier", 0), Math.max(1, values.number("dry_base", off.base())),
                Math.max(1, values.integer("dry_allowed_length", off.allowedLength())), values.integer("dry_penalty_last_n", off.lastN()), breakers);
    }

    private static double repeatPenalty(OptionValues values, Notes notes) {
        double penalty = values.number("repeat_penalty", 1.0);
        if (penalty > 0) {
            return penalty;
        }
        notes.ignored("option \"repeat_penalty\" is " + penalty + " and was ignored; 1 is no penalty, larger values penalise more");
        return 1;
    }

    /** A model may name its only stop string without a list. */
    private static Map<String, Object> listed(Map<String, Object> parameters) {
        if (!(parameters.get("stop") instanceof String only)) {
            return parameters;
        }
        Map<String, Object> copy = new LinkedHashMap<>(parameters);
        copy.put("stop", List.of(only));
        return copy;
    }

    private static List<String> stops(List<String> texts) {
        long length = texts.stream().mapToLong(String::length).sum();
        if (length > MOST_STOP) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                    "stop strings of " + length + " characters together; at most " + MOST_STOP + " are allowed");
        }
        return texts.stream().filter(s -> !s.isEmpty()).distinct().toList();
    }

    private static void withoutEffect(OptionValues values, Notes notes) {
        if (values.hasFlag("use_mmap")) {
            notes.ignored("option \"use_mmap\" has no effect: weights are always mapped");
        }
    }
}
