package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Qwen 3 and its embedding models: normed query and key heads instead of biases. */
public final class Qwen3 extends PreNormDecoder {
    /** Creates the builder. */
    public Qwen3() {
        super(Style.HALVES, "qwen3");
    }
}
