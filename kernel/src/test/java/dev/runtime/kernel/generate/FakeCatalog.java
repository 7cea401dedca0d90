package dev.runtime.kernel.generate;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.kernel.store.StoredModel;
import java.util.Map;
import java.util.Optional;

/** Finds models in a map, which may change. */
record FakeCatalog(Map<String, StoredModel> stored) implements Catalog {
    @Override
    public StoredModel resolve(String reference) {
        return Optional.ofNullable(stored.get(reference)).orElseThrow(
                () -> new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "model '" + reference + "' not found"));
    }

    @Override
    public String fullName(String reference) {
        return "host/" + reference + ":latest";
    }
}
