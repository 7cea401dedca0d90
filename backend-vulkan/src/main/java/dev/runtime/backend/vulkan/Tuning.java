package dev.runtime.backend.vulkan;

/**
 * What is chosen by the kind of device.
 *
 * @param place where weights and values go
 * @param columns columns of a product that a workgroup makes together, where there are several
 */
record Tuning(GpuMemory.Place place, int columns) {
    /** For hardware: many columns share what was read of a weight. */
    static final Tuning HARDWARE = new Tuning(GpuMemory.Place.DEVICE, 8);

    /** For a driver in software: it compiles kernels for the processor, the longer the more they unroll. */
    static final Tuning SOFTWARE = new Tuning(GpuMemory.Place.DEVICE, 4);
}
