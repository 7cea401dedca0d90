package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.Metadata;

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
        Attend attend = Attend.rotated(rope(g), g.hyper.attentionScale()).withWindow(layer % 2 == 0 ? g.hyper.window() : 0);
        x = g.residual(x, g.attention(layer, g.norm(layer, "attn_norm", x), attend));
        String norm = g.tensors.has(g.block(layer, "post_attention_norm.weight")) ? "post_attention_norm" : "ffn_norm";
        return g.residual(x, g.ffn(layer, g.norm(layer, norm, x), Activation.SWIGLU_CLAMPED));
    }

    /** One converter leaves out that its models use YaRN, and with which factor. */
    private static RopeSpec rope(DecoderGraph g) {
        Metadata m = g.hyper.metadata();
        boolean implied = g.hyper.key("").equals("gptoss.") && !m.has(g.hyper.key("rope.scaling.type"));
        return !implied ? g.rope().scaled(Style.HALVES) : g.rope().yarn(Style.HALVES, g.hyper.number("rope.scaling.factor", 32),
                m.intOr(g.hyper.key("rope.scaling.original_context_length"), 4096, 1, Integer.MAX_VALUE));
    }
}
