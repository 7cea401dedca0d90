package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Hunyuan, dense: queries and keys are normed after the rotation. */
public final class Hunyuan extends PreNormDecoder {
    /** Creates the builder. */
    public Hunyuan() {
        super(Style.HALVES, "hunyuan-dense");
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        return super.attend(g, layer).withNormAfterRope();
    }
}
