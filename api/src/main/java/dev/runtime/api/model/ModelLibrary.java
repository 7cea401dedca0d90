package dev.runtime.api.model;

import dev.runtime.api.Experimental;
import java.io.InputStream;
import java.util.Optional;

/** The store as something to change, beside {@link Models}, which reads. Safe for use by many threads and processes. */
@Experimental
public interface ModelLibrary {
    /**
     * Tells whether a blob is in the store.
     *
     * @param digest {@code sha256:} and 64 hex digits
     * @throws dev.runtime.api.RuntimeFailure with {@code request.invalid} if it is no digest
     */
    boolean hasBlob(String digest);

    /**
     * Stores a blob that no model needs yet. It stays for at least an hour.
     *
     * @param in its bytes, read to the end; not closed
     * @param expected the digest that they must have
     * @return its digest
     * @throws dev.runtime.api.RuntimeFailure with {@code request.invalid} if they have another one, with {@code store.failed}
     */
    String addBlob(InputStream in, Optional<String> expected);

    /**
     * Gives a model a second name, in place of a model that has it already. A model that lies outside the store is copied into it.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.not_found}, {@code model.name_invalid}, {@code model.file_invalid} or
     *     {@code store.failed}
     */
    void copy(String source, String destination);

    /**
     * Deletes a model and what nothing else needs of it. A loaded one goes once it is idle.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code model.not_found}, {@code model.name_invalid}, {@code request.unsupported} if it
     *     lies outside the store, {@code store.failed}
     */
    void delete(String reference);

    /** Removes what nothing needs and what was not touched for a while: blobs without a model, leftovers of a crash. */
    void tidy();
}
