package dev.runtime.api.model;

import dev.runtime.api.Cancellation;
import dev.runtime.api.Experimental;
import java.util.function.Consumer;

/** Makes models of the store from others and from files. Safe for use by many threads and processes. */
@Experimental
public interface ModelCreation {
    /**
     * Makes a model, in place of one of its name. Either the whole model is there afterwards or nothing has changed.
     *
     * @param events told of the steps, on the calling thread
     * @throws dev.runtime.api.RuntimeFailure with {@code model.name_invalid}, {@code model.not_found} if the base is neither in the store nor where its
     *     name says, what a pull throws,
     *     {@code request.invalid} for blobs that are not there or are no weights, {@code template.invalid}, {@code model.unsupported} for
     *     levels and weights that cannot be converted, {@code store.failed}, {@code request.cancelled}
     */
    void create(CreateRequest request, Cancellation cancellation, Consumer<CreateEvent> events);
}
