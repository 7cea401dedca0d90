package dev.runtime.backend.cpu.threads;

/** What the next region will read first, for threads that have nothing to do until it begins: they bring it into their caches. */
@FunctionalInterface
public interface Ahead {
    /**
     * Asks the memory for some of it, a few kilobytes, without waiting for them.
     *
     * @param slot number of the thread
     * @param part number of the call, from 0
     * @return whether there may be more
     */
    boolean fetch(int slot, int part);
}
