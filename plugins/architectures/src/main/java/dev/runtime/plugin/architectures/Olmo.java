package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import java.util.Optional;

/** OLMo 1: layer norms without weights, bounded projections. */
public final class Olmo extends PreNormDecoder {
    /** Creates the builder. */
    public Olmo() {
        super(Style.ADJACENT, "olmo");
    }

    @Override
    Value norm(DecoderGraph g, int layer, String name, Value x) {
        return finalNorm(g, x);
    }

    @Override
    Value finalNorm(DecoderGraph g, Value x) {
        return g.graph.layerNorm(x, Optional.empty(), Optional.empty(), g.hyper.epsilon, 1);
    }
}
