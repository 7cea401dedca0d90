package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Ministral 3 and Mistral Small 3: as Llama, with queries that grow beyond the original context. */
public final class Mistral3 extends PreNormDecoder {
    /** Creates the builder. */
    public Mistral3() {
        super(Style.ADJACENT, "mistral3");
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        Attend attend = super.attend(g, layer);
        float beta = g.hyper.number("attention.temperature_scale", g.hyper.number("rope.scaling_beta", 0));
        return beta == 0 ? attend : attend.withTemperature(beta, g.rope().originalContext(), 0);
    }
}
