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

    /**
     * (optional) Told by a device that has mapped bytes read before its first step, and by no other, how many more are in memory: after
     * every few MiB.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code request.cancelled} if nobody waits for the weights any more; the device stops
     */
    default void progress(long bytes) {}
}
