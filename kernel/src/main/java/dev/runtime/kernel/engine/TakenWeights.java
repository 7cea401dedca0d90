package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.model.TensorInfo;
import java.lang.foreign.MemorySegment;

/** Weights while a device takes them, which is what lasts: each is a step forward, and a place to stop at. */
record TakenWeights(WeightSource weights, Cancellation cancellation, Runnable progress) implements WeightSource {
    @Override
    public MemorySegment data(TensorInfo tensor) {
        progress.run();
        return weights.data(tensor);
    }

    @Override
    public void progress(long bytes) {
        cancellation.check();
        progress.run();
    }
}
