package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.model.Capability;
import dev.runtime.api.model.ModelInfo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Facts of models in the shapes of lists and show. */
final class ModelFacts {
    private ModelFacts() {}

    /** Returns the object of {@code details}, without the lengths that only lists have. */
    static Map<String, Object> details(ModelInfo info, String parent) {
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("parent_model", parent);
        details.put("format", info.format());
        details.put("family", info.family());
        details.put("families", info.families().isEmpty() ? null : info.families());
        details.put("parameter_size", info.parameterSize());
        details.put("quantization_level", info.quantization());
        return details;
    }

    /** Returns the words for capabilities, in a fixed order. */
    static List<String> capabilities(Set<Capability> capabilities) {
        List<String> words = new ArrayList<>();
        for (Capability each : Capability.values()) {
            if (capabilities.contains(each)) {
                words.add(word(each));
            }
        }
        return words;
    }

    static String word(Capability capability) {
        return capability.name().toLowerCase(Locale.ROOT);
    }
}
