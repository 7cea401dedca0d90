package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Falcon H1: attention and a Mamba 2 mixer side by side in every layer. */
public final class FalconH1 extends PreNormDecoder {
    /** Creates the builder. */
    public FalconH1() {
        super(Style.HALVES, "falcon-h1");
    }

    @Override
    Value attention(DecoderGraph g, int layer, Value x) {
        return g.graph.add(super.attention(g, layer, x), new StateSpace(g, layer).mamba2(x));
    }
}
