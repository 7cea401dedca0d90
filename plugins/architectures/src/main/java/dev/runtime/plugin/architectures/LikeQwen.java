package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Families that compute what Qwen 2 and 3 do under names of their own; what differs comes with their tensors. */
public final class LikeQwen extends PreNormDecoder {
    /** Creates the builder. */
    public LikeQwen() {
        super(Style.HALVES, "qwen3moe", "exaone", "dots1");
    }
}
