package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** OLMo 2 and 3: norms after the blocks only; three of four layers of OLMo 3 have a window and an unscaled rotation. */
public final class Olmo2 extends DecoderArchitecture {
    private static final int PATTERN = 4;

    /** Creates the builder. */
    public Olmo2() {
        super("olmo2");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        boolean sliding = g.hyper.window() > 0 && layer % PATTERN < PATTERN - 1;
        Attend attend = Attend.rotated(sliding ? g.rope().plain(Style.HALVES, g.rope().base()) : g.rope().scaled(Style.HALVES), g.hyper.attentionScale())
                .withWindow(sliding ? g.hyper.window() : 0);
        x = g.residual(x, g.norm(layer, "post_attention_norm", g.attention(layer, x, attend)));
        return g.residual(x, g.norm(layer, "post_ffw_norm", g.ffn(layer, x, Activation.SILU)));
    }
}
