package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Granite 3, dense and with experts, and MiniCPM: as Llama, with factors on embeddings, scores, residuals and logits. */
public class Granite extends PreNormDecoder {
    /** Creates the builder. */
    public Granite() {
        this("granite", "granitemoe", "minicpm");
    }

    Granite(String... names) {
        super(Style.ADJACENT, names);
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
    float residualScale(Hyper hyper) {
        return hyper.number("residual_scale", isMiniCpm(hyper) ? 1.4 / Math.sqrt(hyper.layers) : 1);
    }

    private static boolean isMiniCpm(Hyper hyper) {
        return hyper.key("").equals("minicpm.");
    }
}
