package dev.runtime.api.graph;

import dev.runtime.api.Stable;

/** The number of rows of a value: known only when a step is run. */
@Stable
public enum Rows {
    /** One row a token of the step. */
    TOKENS,
    /** One row a token whose result was asked for. */
    OUTPUTS,
    /** One row a sequence of the step. */
    SEQUENCES
}
