package dev.runtime.kernel.engine;

import dev.runtime.api.backend.CacheOptions;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.model.ModelShape;

/** How much memory a model will take, from its hyper-parameters only. */
public final class EngineEstimate {
    private static final long MIB = 1L << 20;

    private EngineEstimate() {}

    /**
     * Returns an estimate on the safe side: weights, keys and values of two bytes an element for all layers, and a surcharge for large
     * batches.
     *
     * @param weightBytes bytes of the weight files
     * @param contextLength positions of a sequence
     * @param parallel sequences of a step
     * @param batch tokens of a step
     * @throws ArithmeticException if a {@code long} cannot hold it
     */
    public static long bytes(long weightBytes, ModelShape shape, int contextLength, int parallel, int batch) {
        long positions = Math.multiplyExact((long) Math.min(contextLength, Math.max(shape.contextLength(), 1)), (long) parallel);
        long elements = Math.multiplyExact(2L * shape.layers(), Math.multiplyExact((long) shape.kvHeads(), (long) shape.headSize()));
        long surcharge = batch >= 2_048 ? 2_048 * MIB : batch >= 1_024 ? 768 * MIB : 0;
        return Math.addExact(Math.addExact(weightBytes, surcharge), Math.multiplyExact(2, Math.multiplyExact(elements, positions)));
    }

    /** Returns the bytes of a cache. */
    static long cacheBytes(CacheLayout layout, CacheOptions options) {
        long position = 0;
        for (CacheLayout.KvLayer layer : layout.kvLayers()) {
            long bytes = options.keyType().bytes(layer.keySize()) + options.valueType().bytes(layer.valueSize());
            position = Math.addExact(position, Math.multiplyExact(bytes, (long) layer.heads()));
        }
        long slot = 0;
        for (CacheLayout.StateLayer state : layout.stateLayers()) {
            slot = Math.addExact(slot, Math.multiplyExact(4L, state.elements()));
        }
        return Math.addExact(Math.multiplyExact(position, Math.multiplyExact((long) options.blocks(), (long) options.blockTokens())),
                Math.multiplyExact(slot, (long) options.slots()));
    }
}
