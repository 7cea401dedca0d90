package dev.runtime.kernel.schedule;

import dev.runtime.api.inference.Message;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.kernel.store.StoredModel;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Stored models that need no store. */
public final class StoredModels {
    private StoredModels() {}

    /** A model that generates, with weights of its own. */
    public static StoredModel named(String name) {
        return of(name, "weights-" + name, Set.of(Capability.COMPLETION), Optional.empty(), Map.of(), List.of());
    }

    public static StoredModel of(String name, String weights, Set<Capability> capabilities, Optional<String> system,
            Map<String, Object> parameters, List<Message> messages) {
        ModelInfo info = new ModelInfo(name, "digest-" + name, 1, Instant.EPOCH, "fake", "fake", List.of(), "", "", 0, 0, "", capabilities);
        return new StoredModel(info, Path.of(weights), List.of(), List.of(), Optional.empty(), system, parameters, messages, List.of(), "", "");
    }
}
