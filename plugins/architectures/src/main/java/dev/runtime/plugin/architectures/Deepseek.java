package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** DeepSeek 1 with experts: their weights do not add up to 1, shared experts have no gate. */
public final class Deepseek extends PreNormDecoder {
    /** Creates the builder. */
    public Deepseek() {
        super(Style.ADJACENT, "deepseek");
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(1, false);
    }
}
