package dev.runtime.api.inference;

import dev.runtime.api.Stable;

/**
 * Whether a model must call tools. Which ones it may call is said by the tools that it is offered.
 *
 * @param required whether the reply must be a call; otherwise the model chooses
 * @param parallel whether one reply may have several calls
 */
@Stable
public record ToolChoice(boolean required, boolean parallel) {
    /** The model calls what it likes. */
    public static final ToolChoice FREE = new ToolChoice(false, true);
}
