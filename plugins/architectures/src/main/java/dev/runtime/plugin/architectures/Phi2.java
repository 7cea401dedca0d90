package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Phi 1.5 and 2: attention and feed-forward block read the same norm, everything has biases. */
public final class Phi2 extends DecoderArchitecture {
    /** Creates the builder. */
    public Phi2() {
        super("phi2");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Value n = g.norm(layer, "attn_norm", x);
        Value a = g.attention(layer, n, Attend.rotated(g.rope().scaled(Style.HALVES), g.hyper.attentionScale()));
        return g.residual(g.residual(x, a), g.ffn(layer, n, Activation.GELU_TANH));
    }
}
