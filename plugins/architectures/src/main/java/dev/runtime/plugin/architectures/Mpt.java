package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;

/** MPT: no positions but a bias that grows with distance (ALiBi), bounded projections, a feed-forward block without gate. */
public final class Mpt extends PreNormDecoder {
    /** Creates the builder. */
    public Mpt() {
        super(Style.HALVES, "mpt");
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        return Attend.unrotated(g.hyper.attentionScale()).withAlibi(g.hyper.number("attention.max_alibi_bias", 8));
    }

    @Override
    Activation activation() {
        return Activation.GELU_TANH;
    }
}
