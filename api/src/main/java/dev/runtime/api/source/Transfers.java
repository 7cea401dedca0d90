package dev.runtime.api.source;

import dev.runtime.api.Cancellation;
import dev.runtime.api.Experimental;
import java.util.function.Consumer;

/**
 * Brings models from other places into the store, and from the store to other places. Safe for use by many threads; calls return when the
 * transfer is over, and events come on the calling thread.
 */
@Experimental
public interface Transfers {
    /**
     * Brings a model into the store. Parts that are there are not brought again, those begun by an interrupted call are resumed, and
     * calls for the same part at the same time bring it once; it is given up when the last of them is cancelled.
     *
     * @param reference a model's name in any spelling, perhaps with a scheme
     * @param insecure whether a connection may be without encryption
     * @throws dev.runtime.api.RuntimeFailure with {@code model.name_invalid}, {@code model.not_found} if it is not there, {@code
     *     auth.unauthorized}, {@code auth.forbidden} if a setting forbids the place, {@code upstream.failed} if the place gives up or gives
     *     wrong bytes, {@code store.failed}, {@code request.cancelled}
     */
    void pull(String reference, boolean insecure, Cancellation cancellation, Consumer<TransferEvent> events);

    /**
     * Brings a model of the store to the place that its name says.
     *
     * @throws dev.runtime.api.RuntimeFailure as {@link #pull}; with {@code model.not_found} if it is not in the store, {@code
     *     model.file_invalid} if a part of it is missing
     */
    void push(String reference, boolean insecure, Cancellation cancellation, Consumer<TransferEvent> events);
}
