package dev.runtime.kernel.schedule;

import dev.runtime.kernel.engine.EngineOptions;
import dev.runtime.kernel.store.StoredModel;

/** Foresees whether a model fits. */
@FunctionalInterface
public interface MemoryPlan {
    /**
     * Tells whether a model fits into the memory that is free now. Asked only while other models are loaded: without them, loading is
     * always tried, and the engine says exactly what is missing.
     *
     * @throws dev.runtime.api.RuntimeFailure if the model's file is at fault, or if there is no such device as the options name
     */
    boolean fits(StoredModel model, EngineOptions options);

    /** Returns the number of GPUs, which more models can be loaded on; none if this does not know of any. */
    default int gpus() {
        return 0;
    }
}
