package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.util.Objects;
import java.util.Optional;

/**
 * Low-rank additions to a model's weights, from a file of their own.
 *
 * @param id sets its tensors apart from the model's and from those of other adapters
 * @param file the open file
 * @param scale multiplies what is added
 */
@Stable
public record Adapter(String id, ModelFile file, float scale) {
    /** Checks. */
    public Adapter {
        Objects.requireNonNull(file, "file");
        if (id.isEmpty() || !Float.isFinite(scale)) {
            throw new IllegalArgumentException("adapter '" + id + "' with scale " + scale);
        }
    }

    /** Returns a tensor of the file under the name that graphs use. */
    public TensorInfo named(TensorInfo tensor) {
        return new TensorInfo(id + "/" + tensor.name(), tensor.type(), tensor.shape());
    }

    /** Returns the file's tensor of a name that {@link #named} gave; nothing for another. */
    public Optional<TensorInfo> tensor(String name) {
        return name.startsWith(id + "/") ? file.tensor(name.substring(id.length() + 1)) : Optional.empty();
    }
}
