package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import java.util.Optional;

/**
 * Llama 4: three layers that see a chunk of positions, then one that sees everything, without positions but with queries that grow; one
 * routed expert, whose weight multiplies its input, beside a shared one.
 */
public final class Llama4 extends PreNormDecoder {
    private static final int PATTERN = 4;
    private static final int CHUNK = 8192;

    /** Number of experts of the model (Maverick) that does not norm queries and keys. */
    private static final int WITHOUT_HEAD_NORM = 128;

    /** Creates the builder. */
    public Llama4() {
        super(Style.ADJACENT, "llama4");
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(2, false, true);
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        return (layer + 1) % PATTERN == 0
                ? Attend.unrotated(g.hyper.attentionScale()).withTemperature(0.1f, CHUNK, 1)
                : super.attend(g, layer).withChunks(CHUNK);
    }

    @Override
    Value attention(DecoderGraph g, int layer, Value x) {
        Attend attend = attend(g, layer);
        SelfAttention block = new SelfAttention(g, layer, attend);
        SelfAttention.Heads heads = block.positioned(block.projections(x));
        if (attend.rope().isPresent() && g.hyper.experts() != WITHOUT_HEAD_NORM) {
            heads = new SelfAttention.Heads(norm(g, heads.q(), g.hyper.heads(layer)), norm(g, heads.k(), g.hyper.kvHeads(layer)), heads.v());
        }
        return block.output(block.attention(heads));
    }

    private static Value norm(DecoderGraph g, Value x, int heads) {
        return g.graph.rmsNorm(x, Optional.empty(), g.hyper.epsilon, heads);
    }
}
