package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The self-attention of a layer in parts, for families that do something between them: projections (split or fused, bias where the file
 * has one, bounded where the metadata says so), norm of each head or of the whole vector where the file has {@code attn_q_norm},
 * rotation, cached attention with sinks where the file has them, output projection.
 */
record SelfAttention(DecoderGraph g, int layer, Attend attend) {
    /** Queries {@code [tokens, heads * keySize]}, keys and values {@code [tokens, kvHeads * size]}. */
    record Heads(Value q, Value k, Value v) {}

    /** Adds all parts. */
    Value apply(Value x) {
        return output(attention(positioned(projections(x))));
    }

    Heads projections(Value x) {
        Hyper h = g.hyper;
        int queries = h.heads(layer) * h.keySize;
        int keys = h.kvHeads(layer) * h.keySize;
        return new Heads(projection("attn_q", x, 0, queries), projection("attn_k", x, queries, keys),
                projection("attn_v", x, queries + keys, h.kvHeads(layer) * h.valueSize));
    }

    /** Norms and rotates queries and keys. */
    Heads positioned(Heads heads) {
        Value q = positioned("attn_q", heads.q(), g.hyper.heads(layer));
        Value hot = attend.temperature().map(t -> graph().positionScale(q, t.beta(), t.length(), t.offset())).orElse(q);
        return new Heads(hot, positioned("attn_k", heads.k(), g.hyper.kvHeads(layer)), heads.v());
    }

    private Value positioned(String name, Value x, int heads) {
        Value normed = attend.normAfterRope() ? x : headNorm(name + "_norm", x, heads);
        Value rotated = attend.rope().map(rope -> graph().rope(normed, heads, rope)).orElse(normed);
        return attend.normAfterRope() ? headNorm(name + "_norm", rotated, heads) : rotated;
    }

    /** Returns {@code [tokens, heads * valueSize]}. */
    Value attention(Heads heads) {
        Hyper h = g.hyper;
        int count = h.heads(layer);
        AttentionSpec spec = new AttentionSpec(h.causal() ? layer : AttentionSpec.NO_CACHE, count, h.kvHeads(layer), h.keySize, h.valueSize,
                attend.scale(), h.causal(), attend.window(), attend.softCap(), attend.alibi(),
                g.tensors.findVector(g.block(layer, "attn_sinks.weight"), count)
                        .or(() -> g.tensors.findVector(g.block(layer, "attn_sinks"), count)), attend.chunked());
        return graph().attention(heads.q(), heads.k(), heads.v(), attend.distance().map(spec::withDistance).orElse(spec));
    }

    Value output(Value y) {
        String name = Stream.of("attn_out", "attn_o").filter(n -> g.tensors.has(g.block(layer, n + ".weight"))).findFirst().orElse("attn_output");
        return g.linear(layer, name, y, g.hyper.width);
    }

    /** A product with {@code NAME.weight}, or with the part of {@code attn_qkv.weight} that begins at a row. */
    private Value projection(String name, Value x, int firstRow, int out) {
        Value y = unbounded(name, x, firstRow, out);
        float bound = g.hyper.number("attention.clamp_kqv", 0);
        return bound > 0 ? graph().clamp(y, -bound, bound) : y;
    }

    private Value unbounded(String name, Value x, int firstRow, int out) {
        String fused = g.block(layer, "attn_qkv.weight");
        if (g.tensors.has(g.block(layer, name + ".weight")) || !g.tensors.has(fused)) {
            return g.linear(layer, name, x, out);
        }
        Hyper h = g.hyper;
        int rows = h.heads(layer) * h.keySize + h.kvHeads(layer) * (h.keySize + h.valueSize);
        Optional<Weight> bias = g.tensors.findVector(g.block(layer, "attn_qkv.bias"), rows);
        if (bias.isPresent()) {
            return graph().slice(g.linear(layer, "attn_qkv", x, rows), 1, firstRow, out);
        }
        return graph().linear(x, g.tensors.rows(fused, x.width(), rows, firstRow, out));
    }

    /** The norm of queries or keys, where the file has one: of each head, with shared or own weights, or of the whole vector. */
    private Value headNorm(String name, Value x, int heads) {
        String tensor = g.block(layer, name);
        if (!g.tensors.has(tensor + ".weight")) {
            return x;
        }
        TensorInfo weight = g.tensors.require(tensor + ".weight");
        return g.norm(tensor, x, weight.dim(0) == x.width() && heads > 1 ? 1 : heads);
    }

    private GraphBuilder graph() {
        return g.graph;
    }
}
