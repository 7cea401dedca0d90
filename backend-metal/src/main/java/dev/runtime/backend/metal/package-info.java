/**
 * Devices of Metal. Not yet run on hardware.
 *
 * <p>All memory is shared between processor and GPU, so what the host copies it copies itself, between steps. Kernels get addresses of
 * buffers, which Metal 3 allows if a step declares all buffers that its kernels may touch. A command buffer runs once, so what is recorded for a
 * step's size is the list of dispatches, which each step encodes anew.
 */
package dev.runtime.backend.metal;
