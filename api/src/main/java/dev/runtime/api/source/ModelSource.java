package dev.runtime.api.source;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.Experimental;
import dev.runtime.api.Extension;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * A kind of place that models come from and may go to: it speaks a protocol. What is done with the bytes (where they are kept, checked and
 * resumed, how often and how parallel they are asked for) is the kernel's.
 *
 * <p>In all methods a {@link RuntimeFailure} is final and an {@link IOException} may be gone at the next try. A call ends
 * soon after its cancellation, with {@code request.cancelled}; it never waits for ever for a silent peer.
 */
@Experimental
public interface ModelSource extends Extension {
    /** Tells whether models of this place are this source's. */
    boolean accepts(ModelAddress address);

    /**
     * Opens a model's place. Does nothing on the network.
     *
     * @param insecure whether the caller allows a connection that is not encrypted
     * @throws RuntimeFailure with {@code auth.forbidden} if the place may not be talked to
     */
    Repository open(ModelAddress address, boolean insecure);

    /**
     * A part of a model.
     *
     * @param digest {@code sha256:} and 64 lower-case hex digits
     * @param size its bytes
     * @param from the model that it came from, where it may be already; nothing if unknown
     */
    record Blob(String digest, long size, Optional<ModelAddress> from) {}

    /** A model's place elsewhere. Safe for use by many threads. */
    interface Repository {
        /**
         * Reads the manifest.
         *
         * @return its bytes as they are kept there
         * @throws RuntimeFailure with {@code model.not_found}, {@code auth.unauthorized}, {@code auth.forbidden} or
         *     {@code upstream.failed}
         */
        byte[] manifest(Cancellation cancellation) throws IOException;

        /**
         * Reads bytes of a blob; each write into the target is progress, also if the call fails later. Bytes are not checked.
         *
         * @param offset the first byte
         * @param length the number of bytes, at least 1
         */
        void read(Blob blob, long offset, long length, WritableByteChannel target, Cancellation cancellation) throws IOException;

        /** (optional) Tells whether a blob is there; the default says that models cannot go there. */
        default boolean holds(Blob blob, Cancellation cancellation) throws IOException {
            throw readOnly();
        }

        /**
         * (optional) Brings a blob; the default says that models cannot go there.
         *
         * @param content a file of its bytes
         * @param sent told how many bytes have arrived so far, or are there without being sent; may fall if a part is sent again
         */
        default void write(Blob blob, Path content, LongConsumer sent, Cancellation cancellation) throws IOException {
            throw readOnly();
        }

        /** (optional) Writes the manifest, once its blobs are there; the default says that models cannot go there. */
        default void putManifest(byte[] manifest, Cancellation cancellation) throws IOException {
            throw readOnly();
        }

        private static RuntimeFailure readOnly() {
            return new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED,
                    "models can be pulled from there, but not pushed to it");
        }
    }
}
