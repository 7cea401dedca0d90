package dev.runtime.kernel.engine;

import dev.runtime.api.Cancellation;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.model.TensorInfo;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;

/**
 * Weights while a device takes them, which is what lasts: each is a step forward, and a place to stop at.
 *
 * @param progress told at each step how many bytes more are in memory
 */
record TakenWeights(WeightSource weights, Cancellation cancellation, LongConsumer progress) implements WeightSource {
    @Override
    public MemorySegment data(TensorInfo tensor) {
        progress.accept(0);
        return weights.data(tensor);
    }

    @Override
    public void read(TensorInfo tensor, long offset, MemorySegment target) {
        weights.read(tensor, offset, target);
    }

    @Override
    public void progress(long bytes) {
        cancellation.check();
        progress.accept(bytes);
    }
}
