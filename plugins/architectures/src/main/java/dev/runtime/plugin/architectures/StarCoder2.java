package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;

/** StarCoder 2: layer norms and a feed-forward block without gate, all with biases. */
public final class StarCoder2 extends PreNormDecoder {
    /** Creates the builder. */
    public StarCoder2() {
        super(Style.HALVES, "starcoder2");
    }

    @Override
    Activation activation() {
        return Activation.GELU_TANH;
    }
}
