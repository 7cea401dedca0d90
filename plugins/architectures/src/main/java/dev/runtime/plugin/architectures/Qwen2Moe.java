package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Qwen 1.5 and 2 with experts: the weights of the chosen ones do not add up to 1, and a shared expert has a gate. */
public final class Qwen2Moe extends PreNormDecoder {
    /** Creates the builder. */
    public Qwen2Moe() {
        super(Style.HALVES, "qwen2moe");
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(1, false);
    }
}
