package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Value;

/** BLOOM: no positions but a bias that grows with distance (ALiBi), a norm after the embeddings. */
public final class Bloom extends DecoderArchitecture {
    private static final float LARGEST_BIAS = 8;

    /** Creates the builder. */
    public Bloom() {
        super("bloom");
    }

    @Override
    Value embed(DecoderGraph g) {
        return g.norm("token_embd_norm", g.embed(1), 1);
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Attend attend = Attend.unrotated(g.hyper.attentionScale()).withAlibi(LARGEST_BIAS);
        x = g.residual(x, g.attention(layer, g.norm(layer, "attn_norm", x), attend));
        return g.residual(x, g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.GELU_TANH));
    }
}
