package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Falcon: attention and feed-forward block side by side; the 40B model has a norm of its own for attention. */
public final class Falcon extends DecoderArchitecture {
    /** Creates the builder. */
    public Falcon() {
        super("falcon");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Value n = g.norm(layer, "attn_norm", x);
        Value forAttention = g.tensors.has(g.block(layer, "attn_norm_2.weight")) ? g.norm(layer, "attn_norm_2", x) : n;
        Value a = g.attention(layer, forAttention, Attend.rotated(g.rope().scaled(Style.HALVES), g.hyper.attentionScale()));
        return g.residual(g.residual(x, a), g.ffn(layer, n, Activation.GELU_TANH));
    }
}
