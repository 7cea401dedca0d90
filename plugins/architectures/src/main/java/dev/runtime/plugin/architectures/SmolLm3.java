package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** SmolLM 3: every fourth layer has no positions. */
public final class SmolLm3 extends PreNormDecoder {
    /** Creates the builder. */
    public SmolLm3() {
        super(Style.ADJACENT, "smollm3");
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        return (layer + 1) % 4 == 0 ? Attend.unrotated(g.hyper.attentionScale()) : super.attend(g, layer);
    }
}
