package dev.runtime.api.inference;

import dev.runtime.api.Stable;

/** Whether a model is to think before it answers. */
@Stable
public enum Thinking {
    /** What the model does by itself. */
    DEFAULT,
    /** Do not think. */
    OFF,
    /** Think. */
    ON,
    /** Think a little. */
    LOW,
    /** Think. */
    MEDIUM,
    /** Think hard. */
    HIGH,
    /** Think as hard as possible. */
    MAX;

    /** Tells whether thinking was asked for. */
    public boolean requested() {
        return this != DEFAULT && this != OFF;
    }
}
