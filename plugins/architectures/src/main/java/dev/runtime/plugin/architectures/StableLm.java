package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** StableLM: layer norms, a part of each head rotated; without a second norm the blocks stand side by side. */
public final class StableLm extends DecoderArchitecture {
    /** Creates the builder. */
    public StableLm() {
        super("stablelm");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Value n = g.norm(layer, "attn_norm", x);
        Value after = g.residual(x, g.attention(layer, n, Attend.rotated(g.rope().scaled(Style.HALVES), g.hyper.attentionScale())));
        boolean parallel = !g.tensors.has(g.block(layer, "ffn_norm.weight"));
        return g.residual(after, g.ffn(layer, parallel ? n : g.norm(layer, "ffn_norm", after), Activation.SILU));
    }
}
