package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Phi 3, 3.5 and 4: fused projections; long contexts have rotation factors of their own. */
public final class Phi3 extends DecoderArchitecture {
    /** Creates the builder. */
    public Phi3() {
        super("phi3");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        x = g.residual(x, g.attention(layer, g.norm(layer, "attn_norm", x), Attend.rotated(g.rope().longOrShort(Style.HALVES), g.hyper.attentionScale())));
        return g.residual(x, g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.SILU));
    }
}
