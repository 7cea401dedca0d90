package dev.runtime.api.inference;

import dev.runtime.api.Stable;

/** Why a generation ended. */
@Stable
public enum FinishReason {
    /** The model ended its turn, or a stop string was met. */
    STOP,
    /** The limit of tokens or the context was reached. */
    LENGTH,
    /** Only loading was asked for. */
    LOAD,
    /** Unloading was asked for. */
    UNLOAD
}
