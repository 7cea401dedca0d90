package dev.runtime.kernel.schedule;

import dev.runtime.api.Cancellation;
import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;

/** Loads a model into memory. Called by one thread at a time. */
@FunctionalInterface
public interface ModelLoader {
    /**
     * Loads.
     *
     * @param progress run whenever the load has come further; cheap, and for any thread
     * @return closed by the caller
     * @throws dev.runtime.api.RuntimeFailure with {@code device.out_of_memory} if memory is short, with
     *     {@code request.cancelled} after cancellation, with {@code model.*} if the model is at fault
     */
    Runner load(StoredModel model, EngineOptions options, Cancellation cancellation, Runnable progress);
}
