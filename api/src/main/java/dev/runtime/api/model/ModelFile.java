package dev.runtime.api.model;

import dev.runtime.api.Stable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An open model file: metadata, tensor directory and mapped data. Safe for use by many threads until closed; closing
 * unmaps, after which segments handed out throw {@link IllegalStateException}.
 */
@Stable
public interface ModelFile extends AutoCloseable {
    /** Returns the file or folder. */
    Path path();

    /** Returns the format's name. */
    String format();

    /** Returns the metadata. */
    Metadata metadata();

    /** Returns the tensor directory in file order. */
    List<TensorInfo> tensors();

    /** Returns the tensor of a name. */
    Optional<TensorInfo> tensor(String name);

    /**
     * Returns the read-only, mapped bytes of a tensor, exactly {@link TensorInfo#bytes()} long, little-endian.
     *
     * @throws IllegalArgumentException if the tensor is not of this file
     */
    MemorySegment data(TensorInfo tensor);

    /**
     * (optional) Lends the bytes of a tensor to a reader that does not keep them. Whoever goes over all tensors once uses this: formats
     * that must convert tensors free their memory afterwards. The default lends {@link #data}.
     *
     * @throws IllegalArgumentException if the tensor is not of this file
     * @throws IOException what the reader threw
     */
    default void lend(TensorInfo tensor, Reader reader) throws IOException {
        reader.read(data(tensor));
    }

    /**
     * (optional) Copies bytes of a tensor, as {@link dev.runtime.api.backend.WeightSource#read}. The default copies from {@link #data}.
     *
     * @param offset of the first byte in the tensor
     * @param target native memory, filled to its end
     * @throws IllegalArgumentException if the tensor is not of this file
     * @throws IndexOutOfBoundsException if the tensor has fewer bytes
     * @throws dev.runtime.api.RuntimeFailure with {@code model.file_invalid} if the file has become shorter or cannot be read
     */
    default void read(TensorInfo tensor, long offset, MemorySegment target) {
        MemorySegment.copy(data(tensor), offset, target, 0, target.byteSize());
    }

    /** Reads the bytes of a tensor. */
    @FunctionalInterface
    interface Reader {
        /** Takes the bytes, as of {@link #data}, until it returns. */
        void read(MemorySegment bytes) throws IOException;
    }

    @Override
    void close();
}
