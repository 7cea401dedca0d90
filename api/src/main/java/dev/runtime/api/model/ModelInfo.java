package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A model of the store as lists show it.
 *
 * @param name the shortest form of its name, with tag; the path for a file used in place
 * @param digest SHA-256 of the manifest in hex, without prefix; of path, size and time for a file used in place
 * @param size bytes of all its parts
 * @param modified when it was stored
 * @param format the weights' format
 * @param family the architecture
 * @param families all architectures involved; empty if unknown
 * @param parameterSize parameters in short form, such as {@code 3.2B}; empty if unknown
 * @param quantization the type of most weights, such as {@code Q4_K_M}; empty if unknown
 * @param contextLength training context, 0 if unknown
 * @param embeddingLength hidden width, 0 if unknown
 * @param parent the model it was made from; empty if unknown
 * @param capabilities what it can do
 */
@Stable
public record ModelInfo(
        String name,
        String digest,
        long size,
        Instant modified,
        String format,
        String family,
        List<String> families,
        String parameterSize,
        String quantization,
        int contextLength,
        int embeddingLength,
        String parent,
        Set<Capability> capabilities) {
    /** Copies the collections. */
    public ModelInfo {
        families = List.copyOf(families);
        capabilities = Set.copyOf(capabilities);
    }
}
