package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Gemma 1: normed embeddings and gated GELU. */
public final class Gemma extends GemmaDecoder {
    /** Creates the builder. */
    public Gemma() {
        super(0, "gemma");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Attend attend = Attend.rotated(g.rope().scaled(Style.HALVES), g.hyper.attentionScale());
        x = g.residual(x, g.attention(layer, g.norm(layer, "attn_norm", x), attend));
        return g.residual(x, g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.GELU_TANH));
    }
}
