package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import java.util.Optional;
import java.util.function.IntPredicate;

/**
 * The attention of the Gemma families whose last layers read the keys and values of an earlier one: normed heads, values normed without
 * weights (the keys before norm and rotation where there is no value matrix), scores as they are.
 *
 * @param source the layer whose keys and values are read
 * @param size elements of a head
 * @param rope the rotation
 * @param window sliding window in tokens, 0 for none
 */
record SharedKeys(DecoderGraph g, int layer, int source, int size, RopeSpec rope, int window) {
    /** The layer that a layer reads: itself below {@code own}, from there on the last one of the same kind below {@code own}. */
    static int source(int layer, int own, IntPredicate kind) {
        int source = Math.min(layer, own - 1);
        while (layer >= own && source > 0 && kind.test(source) != kind.test(layer)) {
            source--;
        }
        return source;
    }

    Value apply(Value x) {
        Hyper h = g.hyper;
        int heads = h.heads(layer);
        int kvHeads = h.kvHeads(source);
        AttentionSpec spec = AttentionSpec.causal(source, heads, kvHeads, size, size, 1).withWindow(window);
        Value q = rotated("attn_q", g.linear(layer, "attn_q", x, heads * size), heads);
        if (source != layer) {
            return g.linear(layer, "attn_output", g.graph.attention(new Op.Attention(q, Optional.empty(), Optional.empty(), spec)), h.width);
        }
        Value k = g.linear(layer, "attn_k", x, kvHeads * size);
        Value v = g.tensors.has(g.block(layer, "attn_v.weight")) ? g.linear(layer, "attn_v", x, kvHeads * size) : k;
        Value y = g.graph.attention(q, rotated("attn_k", k, kvHeads), g.graph.rmsNorm(v, Optional.empty(), h.epsilon, kvHeads), spec);
        return g.linear(layer, "attn_output", y, h.width);
    }

    private Value rotated(String name, Value x, int heads) {
        return g.graph.rope(g.norm(g.block(layer, name + "_norm"), x, heads), heads, rope);
    }
}
