package dev.runtime.plugin.format.safetensors.families;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.format.safetensors.HfConfig;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How rotary positions are scaled beyond the context of the training: as metadata, and as tensors of divisors. */
public final class RotationFacts {
    private RotationFacts() {}

    /** Returns the kind of scaling, in one spelling for those that have several. */
    static String type(HfConfig c) {
        return switch (String.valueOf(c.scaling().value("rope_type", "type").orElse("none"))) {
            case "default", "none", "dynamic" -> "none";
            case "su", "longrope" -> "longrope";
            case String other -> other;
        };
    }

    static void add(HfConfig c, Facts f) {
        HfConfig scaling = c.scaling();
        switch (type(c)) {
            case "none", "llama3", "longrope", "mrope" -> { } // nothing, or tensors
            case "linear" -> {
                f.own("rope.scaling.type", "linear");
                f.own("rope.scaling.factor", scaling.numberOr(1, "factor"));
            }
            case "yarn" -> {
                f.own("rope.scaling.type", "yarn");
                f.own("rope.scaling.factor", scaling.numberOr(1, "factor"));
                f.own("rope.scaling.original_context_length", scaling.integerOr(c.integerOr(c.require("max_position_embeddings"),
                        "initial_context_length"), "original_max_position_embeddings"));
                scaling.value("beta_fast").ifPresent(v -> f.own("rope.scaling.yarn_beta_fast", ((Number) v).doubleValue()));
                scaling.value("beta_slow").ifPresent(v -> f.own("rope.scaling.yarn_beta_slow", ((Number) v).doubleValue()));
                scaling.value("mscale_all_dim").ifPresent(v -> f.own("rope.scaling.yarn_log_multiplier", ((Number) v).doubleValue()));
            }
            case String other -> throw new RuntimeFailure(ErrorCode.MODEL_UNSUPPORTED,
                    "the rotation's scaling \"" + other + "\" of config.json is not supported; known are linear, yarn, llama3 and longrope");
        }
    }

    /** Returns the divisors of the rotation by the names of their tensors. */
    static Map<String, float[]> tensors(HfConfig c) {
        Map<String, float[]> tensors = new LinkedHashMap<>();
        switch (type(c)) {
            case "llama3" -> tensors.put("rope_freqs.weight", wavelengths(c));
            case "longrope" -> {
                tensors.put("rope_factors_long.weight", factors(c, "long_factor"));
                tensors.put("rope_factors_short.weight", factors(c, "short_factor"));
            }
            case String _ -> { }
        }
        return tensors;
    }

    /**
     * Llama 3.1's divisors: 1 for wavelengths well within the old context, the whole factor for those beyond it, a mixture between.
     */
    private static float[] wavelengths(HfConfig c) {
        HfConfig s = c.scaling();
        double factor = s.numberOr(8, "factor");
        double low = s.numberOr(1, "low_freq_factor");
        double high = s.numberOr(4, "high_freq_factor");
        double context = s.numberOr(8192, "original_max_position_embeddings");
        double base = c.ropeBase(10_000);
        int dims = c.headSize();
        float[] divisors = new float[dims / 2];
        for (int j = 0; j < divisors.length; j++) {
            double wavelength = 2 * Math.PI * Math.pow(base, 2.0 * j / dims);
            double smooth = (context / wavelength - low) / (high - low);
            divisors[j] = wavelength < context / high ? 1 : wavelength > context / low ? (float) factor
                    : (float) (1 / ((1 - smooth) / factor + smooth));
        }
        return divisors;
    }

    private static float[] factors(HfConfig c, String name) {
        if (!(c.scaling().value(name).orElse(null) instanceof List<?> list) || list.isEmpty() || !list.stream().allMatch(Number.class::isInstance)) {
            throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "config.json lacks the list " + name + " of its rotation's scaling");
        }
        float[] factors = new float[list.size()];
        for (int i = 0; i < factors.length; i++) {
            factors[i] = ((Number) list.get(i)).floatValue();
        }
        return factors;
    }
}
