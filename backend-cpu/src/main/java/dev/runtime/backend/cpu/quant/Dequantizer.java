package dev.runtime.backend.cpu.quant;

/** Turns stored elements into 32-bit floats. Pure; safe for use by many threads. */
@FunctionalInterface
public interface Dequantizer {
    /**
     * Expands elements.
     *
     * @param source address of the first block
     * @param elements a multiple of the type's block size
     * @param target address of {@code elements} floats
     */
    void expand(long source, int elements, long target);
}
