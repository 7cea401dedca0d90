package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Gemma 2: norms before and after each block, every second layer with a sliding window, capped scores and logits. */
public final class Gemma2 extends GemmaDecoder {
    private static final int LAYERS_27B = 46;

    /** Creates the builder. */
    public Gemma2() {
        super(30, "gemma2");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Hyper h = g.hyper;
        float scale = h.layers == LAYERS_27B ? (float) (1 / Math.sqrt((double) h.width / h.heads(0))) : h.attentionScale();
        Attend attend = Attend.rotated(g.rope().scaled(Style.HALVES), scale).withWindow(layer % 2 == 0 ? h.window() : 0)
                .withSoftCap(h.number("attn_logit_softcapping", 50));
        x = g.residual(x, g.norm(layer, "post_attention_norm", g.attention(layer, g.norm(layer, "attn_norm", x), attend)));
        return g.residual(x, g.norm(layer, "post_ffw_norm", g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.GELU_TANH)));
    }
}
