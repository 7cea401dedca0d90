package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** GPT-NeoX and Pythia: two norms of the same residual stream side by side, or one after the other. */
public final class GptNeoX extends DecoderArchitecture {
    /** Creates the builder. */
    public GptNeoX() {
        super("gptneox");
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Value a = g.attention(layer, g.norm(layer, "attn_norm", x), Attend.rotated(g.rope().scaled(Style.HALVES), g.hyper.attentionScale()));
        boolean parallel = g.hyper.metadata().flag(g.hyper.key("use_parallel_residual"), true);
        Value after = g.residual(x, a);
        return g.residual(after, g.ffn(layer, g.norm(layer, "ffn_norm", parallel ? x : after), Activation.GELU_TANH));
    }
}
