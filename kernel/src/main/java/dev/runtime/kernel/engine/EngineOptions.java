package dev.runtime.kernel.engine;

import dev.runtime.api.model.TensorType;
import java.util.Objects;
import java.util.Optional;

/**
 * How a model is loaded.
 *
 * @param contextLength positions of a sequence, 0 to choose by the device's memory
 * @param batch tokens of a step, 0 to choose
 * @param parallel sequences of a step, 0 to choose by the free memory
 * @param threads threads on a processor, 0 for the device's choice
 * @param device name of a backend or id of a device; empty to choose
 * @param kvType element type of keys and values
 * @param gpuLayers the most layers on devices with memory of their own; the processor runs the others
 * @param exactShift whether a full context evaluates again what it keeps, instead of moving what the cache has of it
 * @param pinned whether each thread on a processor stays on one core
 */
public record EngineOptions(int contextLength, int batch, int parallel, int threads, Optional<String> device, TensorType kvType,
        int gpuLayers, boolean exactShift, boolean pinned) {
    /** As many layers as fit. */
    public static final int ALL_LAYERS = Integer.MAX_VALUE;

    /** Everything chosen by the engine. */
    public static final EngineOptions AUTOMATIC = new EngineOptions(0, 0, 0, 0, Optional.empty(), TensorType.F16);

    /** Creates options with as many layers on a GPU as fit and rows that move in full contexts. */
    public EngineOptions(int contextLength, int batch, int parallel, int threads, Optional<String> device, TensorType kvType) {
        this(contextLength, batch, parallel, threads, device, kvType, ALL_LAYERS, false, false);
    }

    /** Returns the same with another context. */
    public EngineOptions withContext(int positions) {
        return new EngineOptions(positions, batch, parallel, threads, device, kvType, gpuLayers, exactShift, pinned);
    }

    /** Checks the ranges. */
    public EngineOptions {
        Objects.requireNonNull(kvType, "kvType");
        Objects.requireNonNull(device, "device");
        if (contextLength < 0 || batch < 0 || parallel < 0 || threads < 0) {
            throw new IllegalArgumentException("context length " + contextLength + ", batch " + batch + ", parallel " + parallel
                    + ", threads " + threads + ": none may be negative");
        }
        if (gpuLayers < 1) {
            throw new IllegalArgumentException(gpuLayers + " layers on a GPU: to have none, choose the processor as the device");
        }
    }
}
