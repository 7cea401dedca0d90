package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/** Families that compute what Llama does under names of their own; what differs comes with their tensors. */
public final class LikeLlama extends PreNormDecoder {
    /** Creates the builder. */
    public LikeLlama() {
        super(Style.ADJACENT, "internlm2", "baichuan", "xverse", "ernie4_5", "chatglm");
    }
}
