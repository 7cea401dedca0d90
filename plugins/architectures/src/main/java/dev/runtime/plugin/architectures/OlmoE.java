package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** OLMoE: norms of the whole query and key vectors, expert weights that do not add up to 1. */
public final class OlmoE extends PreNormDecoder {
    /** Creates the builder. */
    public OlmoE() {
        super(Style.HALVES, "olmoe");
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(1, false);
    }
}
