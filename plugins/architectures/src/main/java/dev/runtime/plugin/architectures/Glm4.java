package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** GLM 4, dense: norms before and after each block, a fused gate, half of each head rotated. */
public final class Glm4 extends DecoderArchitecture {
    /** Creates the builder. */
    public Glm4() {
        super("glm4");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Attend attend = Attend.rotated(g.rope().scaled(Style.ADJACENT), g.hyper.attentionScale());
        x = g.residual(x, g.norm(layer, "post_attention_norm", g.attention(layer, g.norm(layer, "attn_norm", x), attend)));
        return g.residual(x, g.norm(layer, "post_ffw_norm", g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.SILU)));
    }
}
