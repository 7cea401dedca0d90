package dev.runtime.kernel.generate;

import dev.runtime.kernel.store.StoredModel;

/** Where models are found. */
interface Catalog {
    /**
     * Finds a model by any spelling of its name, or by a path.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.not_found}, {@code model.name_invalid} or {@code model.file_invalid}
     */
    StoredModel resolve(String reference);

    /** Returns the full form of a name: host, namespace, model, tag. */
    String fullName(String reference);
}
