package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/**
 * DeepSeek 2, 3 and R1, Kimi K2, GLM 4.7 Flash: latent attention, leading dense layers, then routed and shared experts. YaRN's magnitude
 * goes into the scores instead of the rotation.
 */
public final class Deepseek2 extends PreNormDecoder {
    /** Creates the builder. */
    public Deepseek2() {
        super(Style.ADJACENT, "deepseek2", "glm4moelite");
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(1, false);
    }

    @Override
    Value attention(DecoderGraph g, int layer, Value x) {
        RopeSpec rope = g.rope().withMagnitudeOne(Style.ADJACENT);
        // the key stores a tenth of the model's mscale_all_dim
        double magnitude = 1 + g.hyper.number("rope.scaling.yarn_log_multiplier", 0) * -Math.log(rope.frequencyScale());
        return new LatentAttention(g, layer, rope, (float) (magnitude * magnitude / Math.sqrt(headSize(g, layer, rope)))).apply(x);
    }

    /** Elements of a head's key before absorption. */
    private static int headSize(DecoderGraph g, int layer, RopeSpec rope) {
        String keys = g.block(layer, "attn_k_b.weight");
        return g.tensors.has(keys) ? Math.toIntExact(g.tensors.require(keys).dim(0)) + rope.dims() : g.hyper.keySize;
    }
}
