package dev.runtime.kernel.store;

import dev.runtime.api.model.Capability;
import dev.runtime.api.model.Metadata;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What a model's configuration blob says; empty texts and zeros where it does not.
 *
 * @param format the weights' format
 * @param family the architecture
 * @param families all architectures
 * @param parameterSize parameters in short form
 * @param quantization the type of most weights
 * @param renderer the prompt renderer to use
 * @param parser the output parser to use
 * @param remote whether the model runs elsewhere
 * @param capabilities explicit capabilities
 * @param contextLength training context
 * @param embeddingLength hidden width
 */
record ModelConfig(
        String format,
        String family,
        List<String> families,
        String parameterSize,
        String quantization,
        String renderer,
        String parser,
        boolean remote,
        Set<Capability> capabilities,
        int contextLength,
        int embeddingLength) {
    static final ModelConfig NONE = of(Map.of());

    static ModelConfig of(Map<?, ?> json) {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        List<String> named = Json.texts(json, "capabilities");
        for (Capability capability : Capability.values()) {
            if (named.contains(capability.name().toLowerCase(Locale.ROOT))) {
                capabilities.add(capability);
            }
        }
        String quantization = Json.text(json, "file_type");
        return new ModelConfig(
                Json.text(json, "model_format"),
                Json.text(json, "model_family"),
                Json.texts(json, "model_families"),
                Json.text(json, "model_type"),
                quantization.equals("unknown") ? "" : quantization,
                Json.text(json, "renderer"),
                Json.text(json, "parser"),
                !Json.text(json, "remote_host").isEmpty(),
                capabilities,
                WeightSummary.length(Json.integer(json, "context_length", 0)),
                WeightSummary.length(Json.integer(json, "embedding_length", 0)));
    }

    /** Returns as metadata what is known of a model without its weights; nothing unless the family is. */
    Metadata facts() {
        Map<String, Object> facts = new LinkedHashMap<>();
        if (!family.isEmpty()) {
            facts.put("general.architecture", family);
            if (contextLength > 0) {
                facts.put(family + ".context_length", (long) contextLength);
            }
            if (embeddingLength > 0) {
                facts.put(family + ".embedding_length", (long) embeddingLength);
            }
        }
        return new Metadata(facts);
    }
}
