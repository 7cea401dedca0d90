package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Jamba: Mamba layers, a few with attention without positions between them; experts in some layers. */
public final class Jamba extends PreNormDecoder {
    /** Creates the builder. */
    public Jamba() {
        super(Style.HALVES, "jamba");
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(1, false);
    }

    @Override
    Value attention(DecoderGraph g, int layer, Value x) {
        return g.hyper.attends(layer) ? super.attention(g, layer, x) : new StateSpace(g, layer).mamba(x);
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        return Attend.unrotated(g.hyper.attentionScale());
    }
}
