package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Value;

/** Granite 4: Mamba 2 layers, a few with attention between them; rotated only where the file says so. */
public final class GraniteHybrid extends Granite {
    /** Creates the builder. */
    public GraniteHybrid() {
        super("granitehybrid");
    }

    @Override
    Value attention(DecoderGraph g, int layer, Value x) {
        return g.hyper.attends(layer) ? super.attention(g, layer, x) : new StateSpace(g, layer).mamba2(x);
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        boolean rotated = g.hyper.metadata().flag(g.hyper.key("rope.scaling.finetuned"), false);
        return rotated ? super.attend(g, layer) : Attend.unrotated(g.hyper.attentionScale());
    }
}
