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
     * (optional) Copies bytes of a tensor. For bytes that are needed once this is faster than the mapping, whose pages cost more than
     * their content. The default copies from {@link #data}.
     *
     * @param offset of the first byte in the tensor
     * @param target native memory, filled to its end
     * @throws IndexOutOfBoundsException if the tensor has fewer bytes
     * @throws dev.runtime.api.RuntimeFailure with {@code model.file_invalid} if the file has become shorter or cannot be read
     */
    default void read(TensorInfo tensor, long offset, MemorySegment target) {
        MemorySegment.copy(data(tensor), offset, target, 0, target.byteSize());
    }

    /**
     * (optional) Told by a device that has mapped bytes read before its first step, and by no other, how many more are in memory or need
     * not be: after every few MiB.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code request.cancelled} if nobody waits for the weights any more; the device stops
     */
    default void progress(long bytes) {}
}
