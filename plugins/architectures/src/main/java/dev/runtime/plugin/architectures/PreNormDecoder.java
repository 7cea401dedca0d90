package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/**
 * The most common layer: norm, attention, add; norm, gated SiLU block, add. Biases, head norms and experts come with their tensors,
 * so the families of this shape differ in how elements are paired for rotation.
 */
abstract class PreNormDecoder extends DecoderArchitecture {
    private final Style style;

    PreNormDecoder(Style style, String... names) {
        super(names);
        this.style = style;
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        x = g.residual(x, g.attention(layer, g.norm(layer, "attn_norm", x), attend(g, layer)));
        return g.residual(x, g.ffn(layer, g.norm(layer, ffnNorm(), x), activation()));
    }

    /** How a layer attends. */
    Attend attend(DecoderGraph g, int layer) {
        return Attend.rotated(g.rope().scaled(style), g.hyper.attentionScale());
    }

    /** The tensor of the norm before the feed-forward block. */
    String ffnNorm() {
        return "ffn_norm";
    }

    Activation activation() {
        return Activation.SILU;
    }
}
