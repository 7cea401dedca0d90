package dev.runtime.backend.vulkan.dispatch;

/** Where the dispatches of a step go: a command buffer of the device. */
public interface Commands {
    /** Returns the arguments to be filled for the next dispatch. */
    Arguments arguments();

    /**
     * Runs a kernel with the arguments, in {@code x * y * z} workgroups. Dispatches of one part of a program may run at the same time, so
     * may those of parts that do not touch the same memory.
     */
    void dispatch(KernelUse use, int x, int y, int z);

    /** Orders what comes after those so far. */
    void barrier();
}
