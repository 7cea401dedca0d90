package dev.runtime.api.model;

import dev.runtime.api.Stable;

/** What a model can do. */
@Stable
public enum Capability {
    /** Generates text. */
    COMPLETION,
    /** Calls tools. */
    TOOLS,
    /** Fills in the middle. */
    INSERT,
    /** Understands images. */
    VISION,
    /** Gives embeddings. */
    EMBEDDING,
    /** Thinks before it answers. */
    THINKING,
    /** Makes images. */
    IMAGE,
    /** Understands sound. */
    AUDIO
}
