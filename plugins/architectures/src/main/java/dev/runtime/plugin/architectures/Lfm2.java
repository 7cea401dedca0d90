package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** LFM 2, dense and with experts: short convolutions, a few layers with attention between them. */
public final class Lfm2 extends PreNormDecoder {
    /** Creates the builder. */
    public Lfm2() {
        super(Style.HALVES, "lfm2", "lfm2moe");
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(2, true);
    }

    @Override
    Value attention(DecoderGraph g, int layer, Value x) {
        return g.hyper.attends(layer) ? super.attention(g, layer, x) : new StateSpace(g, layer).shortConvolution(x);
    }

    @Override
    Value finalNorm(DecoderGraph g, Value x) {
        // one converter names the final norm after the embeddings, which have none
        return g.norm(g.tensors.has("token_embd_norm.weight") ? "token_embd_norm" : "output_norm", x, 1);
    }
}
