package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Weight;
import java.util.Optional;

/** Where weights are on the device. */
public interface WeightView {
    /** Returns the address of the first row used, in the file's own format. */
    long matrix(Weight weight);

    /** Returns the address of a weight as 32-bit floats. */
    long vector(Weight weight);

    /** Returns the address of a vector, or 0 for none. */
    default long vector(Optional<Weight> weight) {
        return weight.map(this::vector).orElse(0L);
    }

    /** Returns the address of the frequencies of a rotation, see {@link Turns}. */
    long turns(RopeSpec spec);

    /** Returns the address of the buckets of distances from {@code -farthest} to {@code farthest}, 32-bit integers; beyond, the last one counts. */
    long buckets(DistanceBias bias);
}
