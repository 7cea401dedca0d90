package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Value;

/** Nemotron H: one block a layer, a Mamba 2 mixer, attention without positions, or a feed-forward block. */
public final class NemotronH extends DecoderArchitecture {
    /** Creates the builder. */
    public NemotronH() {
        super("nemotron_h", "nemotron_h_moe");
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(2, true);
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Value n = g.norm(layer, "attn_norm", x);
        return g.residual(x, g.tensors.has(g.block(layer, "ssm_in.weight")) ? new StateSpace(g, layer).mamba2(n)
                : g.hyper.attends(layer) ? g.attention(layer, n, Attend.unrotated(g.hyper.attentionScale()))
                : g.ffn(layer, n, Activation.RELU_SQUARED));
    }
}
