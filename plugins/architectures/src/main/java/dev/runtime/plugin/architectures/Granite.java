package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** Granite 3, dense and with experts, and MiniCPM: as Llama, with factors on embeddings, scores, residuals and logits. */
public final class Granite extends DecoderArchitecture {
    /** Creates the builder. */
    public Granite() {
        super("granite", "granitemoe", "minicpm");
    }

    @Override
    float embeddingScale(Hyper hyper) {
        return hyper.number("embedding_scale", isMiniCpm(hyper) ? 12 : 1);
    }

    @Override
    float logitScale(Hyper hyper) {
        return 1 / hyper.number("logit_scale", isMiniCpm(hyper) ? hyper.width / 256.0 : 1);
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        float scale = g.hyper.number("residual_scale", isMiniCpm(g.hyper) ? 1.4 / Math.sqrt(g.hyper.layers) : 1);
        Value a = g.attention(layer, g.norm(layer, "attn_norm", x), Attend.rotated(g.rope().scaled(Style.ADJACENT), g.hyper.attentionScale()));
        x = g.residual(x, g.graph.scale(a, scale));
        return g.residual(x, g.graph.scale(g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.SILU), scale));
    }

    private static boolean isMiniCpm(Hyper hyper) {
        return hyper.key("").equals("minicpm.");
    }
}
