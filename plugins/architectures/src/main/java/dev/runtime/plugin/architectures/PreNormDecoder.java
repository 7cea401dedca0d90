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

    PreNormDecoder(String name, Style style) {
        super(name);
        this.style = style;
    }

    @Override
    final Value layer(DecoderGraph g, int layer, Value x) {
        Value a = g.attention(layer, g.norm(layer, "attn_norm", x), g.rope().scaled(style), g.hyper.attentionScale(), 0);
        x = g.residual(x, a);
        return g.residual(x, g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.SILU));
    }
}
