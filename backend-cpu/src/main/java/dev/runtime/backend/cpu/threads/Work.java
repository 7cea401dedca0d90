package dev.runtime.backend.cpu.threads;

/** Work that is cut into independent chunks. */
@FunctionalInterface
public interface Work {
    /**
     * Does one chunk.
     *
     * @param chunk number of the chunk
     * @param slot number of the executing thread, below {@link WorkerPool#slots}: no two threads have the same at a time
     */
    void run(int chunk, int slot);
}
