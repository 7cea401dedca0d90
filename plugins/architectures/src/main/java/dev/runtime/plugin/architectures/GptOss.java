package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** gpt-oss: experts with biases and clamped gates, sinks in attention, a window on every second layer. */
public final class GptOss extends DecoderArchitecture {
    /** Creates the builder. */
    public GptOss() {
        super("gpt-oss", "gptoss");
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(3, false);
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Attend attend = Attend.rotated(g.rope().scaled(Style.HALVES), g.hyper.attentionScale()).withWindow(layer % 2 == 0 ? g.hyper.window() : 0);
        x = g.residual(x, g.attention(layer, g.norm(layer, "attn_norm", x), attend));
        String norm = g.tensors.has(g.block(layer, "post_attention_norm.weight")) ? "post_attention_norm" : "ffn_norm";
        return g.residual(x, g.ffn(layer, g.norm(layer, norm, x), Activation.SWIGLU_CLAMPED));
    }
}
