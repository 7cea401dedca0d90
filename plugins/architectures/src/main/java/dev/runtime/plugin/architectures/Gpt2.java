package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Value;

/** GPT-2 and StarCoder: learned positions, layer norms, a feed-forward block without gate. */
public final class Gpt2 extends DecoderArchitecture {
    /** Creates the builder. */
    public Gpt2() {
        super("gpt2", "starcoder");
    }

    @Override
    Value embed(DecoderGraph g) {
        return g.residual(g.embed(1), g.positions());
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        x = g.residual(x, g.attention(layer, g.norm(layer, "attn_norm", x), Attend.unrotated(g.hyper.attentionScale())));
        return g.residual(x, g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.GELU_TANH));
    }
}
