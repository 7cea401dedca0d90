/**
 * Choosing the next token from a row of logits. Start reading at {@link dev.runtime.kernel.sample.Sampler}.
 *
 * <p>Filters never sort the vocabulary: top-k keeps a heap of k, everything else pops a max-heap only as far as its probability
 * mass reaches. All arrays as long as the vocabulary belong to {@link dev.runtime.kernel.sample.SamplingBuffers}, one a loop;
 * a {@link dev.runtime.kernel.sample.Sampler} holds only what belongs to its sequence, so that neighbours in a batch never
 * change a result.
 */
package dev.runtime.kernel.sample;
