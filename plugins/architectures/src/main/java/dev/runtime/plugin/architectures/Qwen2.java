package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Qwen 2 and 2.5, QwQ, R1 distillations on it: biases on queries, keys and values. */
public final class Qwen2 extends PreNormDecoder {
    /** Creates the builder. */
    public Qwen2() {
        super(Style.HALVES, "qwen2");
    }
}
