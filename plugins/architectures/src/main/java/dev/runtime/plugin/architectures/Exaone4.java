package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** EXAONE 4: norms after the blocks only; the 32B model mixes windows with layers that have no positions. */
public final class Exaone4 extends DecoderArchitecture {
    private static final int LAYERS_32B = 64;
    private static final int PATTERN = 4;

    /** Creates the builder. */
    public Exaone4() {
        super("exaone4");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        boolean mixed = g.hyper.layers == LAYERS_32B;
        boolean sliding = mixed && layer % PATTERN < PATTERN - 1;
        Attend attend = mixed && !sliding ? Attend.unrotated(g.hyper.attentionScale())
                : Attend.rotated(g.rope().scaled(Style.HALVES), g.hyper.attentionScale()).withWindow(sliding ? g.hyper.window() : 0);
        x = g.residual(x, g.norm(layer, "post_attention_norm", g.attention(layer, x, attend)));
        return g.residual(x, g.norm(layer, "post_ffw_norm", g.ffn(layer, x, Activation.SILU)));
    }
}
