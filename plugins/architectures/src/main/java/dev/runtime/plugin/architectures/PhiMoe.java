package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Phi 3.5 with experts: biases everywhere; long contexts have rotation factors of their own. */
public final class PhiMoe extends PreNormDecoder {
    /** Creates the builder. */
    public PhiMoe() {
        super(Style.HALVES, "phimoe");
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        return Attend.rotated(g.rope().longOrShort(Style.HALVES), g.hyper.attentionScale());
    }
}
