package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Command R and Command R7B: attention and feed-forward block read the same norm; in the latter one layer of four has neither window nor positions. */
public final class CommandR extends DecoderArchitecture {
    private static final int PATTERN = 4;

    /** Creates the builder. */
    public CommandR() {
        super("command-r", "cohere2");
    }

    @Override
    float logitScale(Hyper hyper) {
        return hyper.number("logit_scale", 1);
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        int window = g.hyper.window();
        boolean sliding = window > 0 && layer % PATTERN < PATTERN - 1;
        Attend attend = window > 0 && !sliding ? Attend.unrotated(g.hyper.attentionScale())
                : Attend.rotated(g.rope().scaled(Style.ADJACENT), g.hyper.attentionScale()).withWindow(sliding ? window : 0);
        Value n = g.norm(layer, "attn_norm", x);
        return g.residual(g.residual(x, g.attention(layer, n, attend)), g.ffn(layer, n, Activation.SILU));
    }
}
