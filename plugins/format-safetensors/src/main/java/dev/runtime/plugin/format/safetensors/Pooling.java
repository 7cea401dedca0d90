package dev.runtime.plugin.format.safetensors;

import dev.runtime.plugin.format.safetensors.families.Facts;
import dev.runtime.plugin.format.safetensors.families.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** How an embedding model's token vectors become one, from the folder that the sentence-transformers library adds. */
final class Pooling {
    private static final long MEAN = 1;
    private static final long FIRST = 2;
    private static final long LAST = 3;

    private Pooling() {}

    static void add(Path folder, Family family, Facts facts) throws IOException {
        Optional<Map<?, ?>> stated = Json.fileIfThere(folder.resolve("1_Pooling").resolve("config.json"));
        boolean encoder = family.architecture().contains("bert") || family.architecture().endsWith("-embedding");
        if (stated.isPresent()) {
            facts.put(family.architecture() + ".pooling_type", type(stated.get()));
        } else if (encoder) {
            facts.put(family.architecture() + ".pooling_type", MEAN);
        }
    }

    private static long type(Map<?, ?> config) {
        if (Boolean.TRUE.equals(config.get("pooling_mode_cls_token"))) {
            return FIRST;
        }
        return Boolean.TRUE.equals(config.get("pooling_mode_lasttoken")) ? LAST : MEAN;
    }
}
