package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.TensorInfo;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Multi-head latent attention: keys and values are expanded from one short vector c a token, beside which one rotated key is shared by all
 * heads. A head's key and query are {@code [plain, rotated]}.
 *
 * <p>Files with {@code attn_k_b} and {@code attn_v_b} are computed in the absorbed form: the expansion of keys is applied to the queries and
 * that of values to the results, so the cache holds {@code [rotated, c]} once for all heads, of which c is also the value. Older files with
 * the fused {@code attn_kv_b} expand keys and values of every head.
 *
 * @param rope the rotation, of the first elements
 * @param scale factor of the scores
 */
record LatentAttention(DecoderGraph g, int layer, RopeSpec rope, float scale) {
    /** Adds the block without its norm. */
    Value apply(Value x) {
        int latent = g.hyper.metadata().requireInt(g.hyper.key("attention.kv_lora_rank"), 1, 1 << 20);
        Value compressed = g.linear(layer, "attn_kv_a_mqa", x, latent + rope.dims());
        Value c = g.norm(layer, "attn_kv_a_norm", graph().slice(compressed, 1, 0, latent));
        Value shared = graph().rope(graph().slice(compressed, 1, latent, rope.dims()), 1, rope);
        Value y = g.tensors.has(g.block(layer, "attn_k_b.weight")) ? absorbed(x, c, shared) : expanded(x, c, shared);
        return g.linear(layer, "attn_output", y, g.hyper.width);
    }

    private Value absorbed(Value x, Value c, Value shared) {
        TensorInfo keys = g.tensors.require(g.block(layer, "attn_k_b.weight"));
        TensorInfo values = g.tensors.require(g.block(layer, "attn_v_b.weight"));
        int heads = g.hyper.heads(layer);
        int plain = Math.toIntExact(keys.dim(0));
        int size = Math.toIntExact(values.dim(1));
        Value q = queries(x, plain);
        Value expanded = graph().headLinear(graph().slice(q, heads, 0, plain), g.tensors.experts(keys.name(), plain, c.width(), heads));
        Value query = graph().concat(List.of(graph().slice(q, heads, plain, rope.dims()), expanded), heads);
        Value y = graph().attention(new Op.Attention(query, Optional.of(graph().concat(List.of(shared, c))), Optional.empty(),
                AttentionSpec.causal(layer, heads, 1, rope.dims() + c.width(), c.width(), scale)));
        return graph().headLinear(y, g.tensors.experts(values.name(), c.width(), size, heads));
    }

    private Value expanded(Value x, Value c, Value shared) {
        Hyper h = g.hyper;
        int heads = h.heads(layer);
        int plain = h.keySize - rope.dims();
        Value q = queries(x, plain);
        Value kv = g.linear(layer, "attn_kv_b", c, heads * (plain + h.valueSize));
        Value k = graph().concat(List.of(graph().slice(kv, heads, 0, plain), graph().concat(Collections.nCopies(heads, shared))), heads);
        return graph().attention(q, k, graph().slice(kv, heads, plain, h.valueSize),
                AttentionSpec.causal(layer, heads, heads, h.keySize, h.valueSize, scale));
    }

    /** Queries, from a short vector of their own where the file has one. */
    private Value queries(Value x, int plain) {
        int heads = g.hyper.heads(layer);
        int width = Math.multiplyExact(heads, plain + rope.dims());
        Value q = g.tensors.has(g.block(layer, "attn_q.weight")) ? g.linear(layer, "attn_q", x, width)
                : g.linear(layer, "attn_q_b", g.norm(layer, "attn_q_a_norm", g.linear(layer, "attn_q_a", x,
                        g.hyper.metadata().requireInt(g.hyper.key("attention.q_lora_rank"), 1, 1 << 20))), width);
        return graph().rope(q, heads, rope.withStart(plain));
    }

    private GraphBuilder graph() {
        return g.graph;
    }
}
