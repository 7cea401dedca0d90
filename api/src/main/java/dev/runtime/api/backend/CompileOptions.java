package dev.runtime.api.backend;

import dev.runtime.api.Stable;

/**
 * Upper limits of every step, so that all memory is allocated once.
 *
 * @param maxTokens tokens of a step
 * @param maxOutputs rows asked for in a step
 * @param maxSequences sequences of a step
 * @param contextLength positions of a sequence
 * @param threads threads to use on a processor, 0 for the device's choice
 * @param pinned whether each of these threads is to stay on one core where the system lets it; a platform thread, as long as it runs the program
 */
@Stable
public record CompileOptions(int maxTokens, int maxOutputs, int maxSequences, int contextLength, int threads, boolean pinned) {
    /** Creates limits with threads that the system moves as it likes. */
    public CompileOptions(int maxTokens, int maxOutputs, int maxSequences, int contextLength, int threads) {
        this(maxTokens, maxOutputs, maxSequences, contextLength, threads, false);
    }

    /** Checks that the limits are positive. */
    public CompileOptions {
        if (maxTokens < 1 || maxOutputs < 1 || maxSequences < 1 || contextLength < 1 || threads < 0) {
            throw new IllegalArgumentException("limits of a step: " + maxTokens + " tokens, " + maxOutputs + " outputs, "
                    + maxSequences + " sequences, context " + contextLength + ", threads " + threads);
        }
    }
}
