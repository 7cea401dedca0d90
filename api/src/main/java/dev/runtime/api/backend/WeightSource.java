package dev.runtime.api.backend;

import dev.runtime.api.Stable;
import dev.runtime.api.model.TensorInfo;
import java.lang.foreign.MemorySegment;

/** Gives the bytes of weights. Safe for use by many threads. */
@Stable
@FunctionalInterface
public interface WeightSource {
    /** Returns the read-only bytes of a whole tensor, little-endian; usually mapped, so reading may do I/O. */
    MemorySegment data(TensorInfo tensor);
}
