package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/** MiniCPM 3: latent attention; factors on embeddings, residuals and logits. */
public final class MiniCpm3 extends PreNormDecoder {
    /** Creates the builder. */
    public MiniCpm3() {
        super(Style.HALVES, "minicpm3");
    }

    @Override
    float embeddingScale(Hyper hyper) {
        return hyper.number("embedding_scale", 12);
    }

    @Override
    float residualScale(Hyper hyper) {
        return hyper.number("residual_scale", 1.4 / Math.sqrt(hyper.layers));
    }

    @Override
    float logitScale(Hyper hyper) {
        return 1 / hyper.number("logit_scale", hyper.width / 256.0);
    }

    @Override
    Value attention(DecoderGraph g, int layer, Value x) {
        return new LatentAttention(g, layer, g.rope().longOrShort(Style.HALVES), g.hyper.attentionScale()).apply(x);
    }
}
