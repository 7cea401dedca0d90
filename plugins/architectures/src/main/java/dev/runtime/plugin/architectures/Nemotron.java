package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;

/** Nemotron 4 and Minitron: layer norms, squared ReLU without gate. */
public final class Nemotron extends PreNormDecoder {
    /** Creates the builder. */
    public Nemotron() {
        super(Style.HALVES, "nemotron");
    }

    @Override
    Activation activation() {
        return Activation.RELU_SQUARED;
    }
}
