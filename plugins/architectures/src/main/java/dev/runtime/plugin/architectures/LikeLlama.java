package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;

/**
 * Families that compute what Llama does under names of their own; what differs comes with their tensors. Baichuan's larger model, known by its
 * layers, has ALiBi instead of rotations.
 */
public final class LikeLlama extends PreNormDecoder {
    private static final int LAYERS_WITH_BIAS = 40;
    private static final float LARGEST_BIAS = 8;

    /** Creates the builder. */
    public LikeLlama() {
        super(Style.ADJACENT, "internlm2", "baichuan", "xverse", "ernie4_5", "chatglm");
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        return g.hyper.key("").equals("baichuan.") && g.hyper.layers == LAYERS_WITH_BIAS
                ? Attend.unrotated(g.hyper.attentionScale()).withAlibi(LARGEST_BIAS) : super.attend(g, layer);
    }
}
