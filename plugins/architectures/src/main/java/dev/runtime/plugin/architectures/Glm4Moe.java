package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** GLM 4.5 and later with experts: sigmoid router; layers that predict further tokens are left out. */
public final class Glm4Moe extends PreNormDecoder {
    /** Creates the builder. */
    public Glm4Moe() {
        super(Style.HALVES, "glm4moe");
    }

    @Override
    int layers(Hyper hyper) {
        return hyper.mainLayers();
    }

    @Override
    String ffnNorm() {
        return "post_attention_norm";
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(2, true);
    }
}
