package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/**
 * The most common layer: norm, attention, add; norm, gated SiLU block, add. Biases, head norms and experts come with their tensors,
 * so the families of this shape differ in how elements are paired for rotation, and in single parts.
 */
abstract class PreNormDecoder extends DecoderArchitecture {
    private final Style style;

    PreNormDecoder(Style style, String... names) {
        super(names);
        this.style = style;
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        float scale = residualScale(g.hyper);
        x = g.residual(x, g.graph.scale(attention(g, layer, norm(g, layer, "attn_norm", x)), scale));
        return g.residual(x, g.graph.scale(ffn(g, layer, norm(g, layer, ffnNorm(), x)), scale));
    }

    Value norm(DecoderGraph g, int layer, String name, Value x) {
        return g.norm(layer, name, x);
    }

    Value attention(DecoderGraph g, int layer, Value x) {
        return g.attention(layer, x, attend(g, layer));
    }

    Value ffn(DecoderGraph g, int layer, Value x) {
        return g.ffn(layer, x, activation());
    }

    /** How a layer attends. */
    Attend attend(DecoderGraph g, int layer) {
        return Attend.rotated(g.rope().scaled(style), g.hyper.attentionScale());
    }

    /** What the results of blocks are multiplied by before they are added; 1 for most families. */
    float residualScale(Hyper hyper) {
        return 1;
    }

    /** The tensor of the norm before the feed-forward block. */
    String ffnNorm() {
        return "ffn_norm";
    }

    Activation activation() {
        return Activation.SILU;
    }
}
