package dev.runtime.api.source;

import dev.runtime.api.Cancellation;
import dev.runtime.api.Experimental;
import dev.runtime.api.Extension;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import java.util.function.LongConsumer;

/** Finds and transfers models by name, from a registry or any other place. The store writes; a source only reads. */
@Experimental
public interface ModelSource extends Extension {
    /** Tells whether names of this form are this source's. */
    boolean accepts(String reference);

    /**
     * Finds a model.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.not_found} or {@code upstream.failed}
     */
    Remote resolve(String reference, Cancellation cancellation) throws IOException;

    /**
     * A model elsewhere.
     *
     * @param reference its full name
     * @param manifest the manifest's bytes, kept as they are
     * @param blobs its parts
     */
    record Remote(String reference, byte[] manifest, List<Blob> blobs) {}

    /** A part of a model elsewhere. */
    interface Blob {
        /** Returns {@code sha256:} and 64 hex digits. */
        String digest();

        /** Returns the size in bytes. */
        long size();

        /** Copies {@code length} bytes from {@code offset} on; {@code progress} is told of each count. */
        void copy(long offset, long length, WritableByteChannel target, LongConsumer progress, Cancellation cancellation)
                throws IOException;
    }
}
