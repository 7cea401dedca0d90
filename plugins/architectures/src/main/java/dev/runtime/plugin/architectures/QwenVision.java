package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/**
 * Qwen 2 and 2.5 VL, Qwen 3 VL: text models as their namesakes. Where images come in, tokens turn by three positions, which are the same for
 * text; the image encoder of Qwen 3 VL also gives features that are added to the first layers.
 */
public final class QwenVision extends PreNormDecoder {
    /** Creates the builder. */
    public QwenVision() {
        super(Style.HALVES, "qwen2vl", "qwen25vl", "qwen3vl", "qwen3vlmoe");
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        RopeSpec rope = g.rope().scaled(Style.HALVES);
        boolean third = g.hyper.key("").startsWith("qwen3");
        return Attend.rotated(!g.options.images() ? rope
                : rope.withAxes(third ? g.rope().axes(true, 24, 20, 20) : g.rope().axes(false, 16, 24, 24)), g.hyper.attentionScale());
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Value y = super.layer(g, layer, x);
        int width = g.hyper.width;
        boolean deep = g.options.images() && layer < g.hyper.metadata().intOr(g.hyper.key("n_deepstack_layers"), 0, 0, g.hyper.layers);
        return deep ? g.residual(y, g.graph.input(width * (1 + layer), width)) : y;
    }
}
