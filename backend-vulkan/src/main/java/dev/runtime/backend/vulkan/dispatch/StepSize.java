package dev.runtime.backend.vulkan.dispatch;

import dev.runtime.api.graph.Rows;

/**
 * What the number of workgroups depends on: steps of one size share their commands.
 *
 * @param tokens tokens of the step
 * @param outputs rows asked for
 * @param sequences sequences
 */
public record StepSize(int tokens, int outputs, int sequences) {
    /** Returns the number of rows. */
    public int rows(Rows rows) {
        return switch (rows) {
            case TOKENS -> tokens;
            case OUTPUTS -> outputs;
            case SEQUENCES -> sequences;
        };
    }
}
