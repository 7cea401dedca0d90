package dev.runtime.kernel.store;

import dev.runtime.api.model.CreateRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The configuration blob of a new model: what its base says, what its weights say, what the request says. */
record CreatedConfig(WeightFiles weights, BlobPath paths) {
    /** Where a request's facts go. */
    private static final Map<String, String> FACTS = Map.of("capabilities", "capabilities", "model_family", "model_family", "base_name", "base_name",
            "quantization_level", "file_type", "parameter_size", "model_type", "context_length", "context_length", "embedding_length",
            "embedding_length");

    Map<String, Object> of(CreateRequest request, Map<?, ?> base, ManifestDraft draft) {
        Map<String, Object> config = new LinkedHashMap<>();
        base.forEach((key, value) -> config.put((String) key, value));
        // hashes of another file's layers
        config.remove("rootfs");
        summary(draft, LayerKind.MODEL).ifPresent(summary -> {
            config.put("model_format", summary.format());
            config.put("model_family", summary.architecture());
            List<String> families = new ArrayList<>(List.of(summary.architecture()));
            summary(draft, LayerKind.PROJECTOR).ifPresent(projector -> families.add(projector.architecture()));
            config.put("model_families", families);
            config.put("model_type", summary.parameterSize());
            config.put("file_type", summary.quantization());
        });
        put(config, "renderer", request.renderer());
        put(config, "parser", request.parser());
        put(config, "requires", request.requires());
        request.facts().forEach((name, value) -> Optional.ofNullable(FACTS.get(name)).ifPresent(key -> config.put(key, value)));
        // readers of the layout expect these two, whatever the machine
        config.put("architecture", "amd64");
        config.put("os", "linux");
        return config;
    }

    private Optional<WeightSummary> summary(ManifestDraft draft, LayerKind kind) {
        return draft.last(kind).flatMap(layer -> paths.existingBlob(layer.digest())).map(file -> weights.summary(file, "the model"));
    }

    private static void put(Map<String, Object> config, String key, String value) {
        if (!value.isEmpty()) {
            config.put(key, value);
        }
    }
}
