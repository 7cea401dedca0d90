/**
 * Quantises weights without an importance matrix. {@code BlockQuantizer} lists the quantiser of each type, {@code Mixture} chooses each
 * tensor's type at a level, {@code RowQuantizer} does the work on several cores. Algorithms and bytes are those of the reference quantiser
 * of GGUF files: tests compare with checksums of its output.
 */
package dev.runtime.plugin.format.gguf.quant;
