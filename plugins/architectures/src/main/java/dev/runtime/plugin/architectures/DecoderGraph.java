package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import dev.runtime.api.model.TensorInfo;
import java.util.Optional;

/**
 * The building blocks of decoders: each method adds the nodes of one block and takes its tensors by their usual names
 * ({@code blk.I.NAME}). Hidden states are {@code [tokens, width]}.
 */
final class DecoderGraph {
    final Hyper hyper;
    final Tensors tensors;
    final FeedForward.Defaults moe;
    private final int contextLength;
    final GraphBuilder graph = new GraphBuilder();

    DecoderGraph(ModelFile file, Hyper hyper, FeedForward.Defaults moe, int contextLength) {
        this.hyper = hyper;
        this.moe = moe;
        this.contextLength = contextLength;
        this.tensors = new Tensors(file);
    }

    RopeReader rope() {
        return new RopeReader(hyper, tensors, contextLength);
    }

    /** Token embeddings, multiplied by {@code scale}. */
    Value embed(float scale) {
        return graph.embed(tensors.matrix("token_embd.weight", hyper.width, hyper.vocabulary()), Op.Index.TOKEN, scale);
    }

    /** The family's norm of whole rows with the layer's tensor {@code NAME.weight} (and {@code NAME.bias}). */
    Value norm(int layer, String name, Value x) {
        return graph.name(norm(block(layer, name), x, 1), name + "-" + layer);
    }

    /** The norm of each of {@code groups} parts of a row: layer norm where the metadata has its epsilon, else RMS norm. */
    Value norm(String name, Value x, int groups) {
        Optional<Weight> weight = Optional.of(tensors.normWeight(name + ".weight", x.width(), groups));
        Optional<Weight> bias = tensors.findVector(name + ".bias", x.width() / groups);
        return hyper.layerNorm() ? graph.layerNorm(x, weight, bias, hyper.epsilon, groups) : graph.rmsNorm(x, weight, hyper.epsilon, groups);
    }

    /**
     * Self-attention: projections (split or fused, bias where the file has one), norm of each head or of the whole vector where the
     * file has {@code attn_q_norm}, rotation, cached attention with sinks where the file has them, output projection.
     */
    Value attention(int layer, Value x, Attend attend) {
        int heads = hyper.heads(layer);
        int kvHeads = hyper.kvHeads(layer);
        Value q = positioned(layer, "attn_q", projection(layer, "attn_q", x, 0, heads * hyper.keySize), heads, attend);
        Value k = positioned(layer, "attn_k", projection(layer, "attn_k", x, heads * hyper.keySize, kvHeads * hyper.keySize), kvHeads, attend);
        Value v = projection(layer, "attn_v", x, (heads + kvHeads) * hyper.keySize, kvHeads * hyper.valueSize);
        Value y = graph.attention(q, k, v, new AttentionSpec(hyper.causal() ? layer : AttentionSpec.NO_CACHE, heads, kvHeads, hyper.keySize,
                hyper.valueSize, attend.scale(), hyper.causal(), attend.window(), attend.softCap(), attend.alibi(),
                tensors.findVector(block(layer, "attn_sinks.weight"), heads)));
        return linear(layer, "attn_output", y, hyper.width);
    }

    /** Norms and rotates queries or keys. */
    private Value positioned(int layer, String name, Value x, int heads, Attend attend) {
        Value normed = attend.normAfterRope() ? x : headNorm(layer, name + "_norm", x, heads);
        Value rotated = attend.rope().map(rope -> graph.rope(normed, heads, rope)).orElse(normed);
        return attend.normAfterRope() ? headNorm(layer, name + "_norm", rotated, heads) : rotated;
    }

    /** The feed-forward block, see {@link FeedForward}. */
    Value ffn(int layer, Value x, Activation activation) {
        return new FeedForward(this, layer, activation).apply(x);
    }

    /** The sum of the residual stream and a block's result. */
    Value residual(Value x, Value block) {
        return graph.add(x, block);
    }

    /**
     * Final norm, then what the options ask for: logits (tied to the embeddings where there is no output matrix), or a pooled vector.
     *
     * @param scale factor of the logits
     * @param softCap cap of the logits, 0 for none
     */
    Graph finish(Value x, BuildOptions options, float scale, float softCap) {
        if (options.output() == Output.EMBEDDING) {
            graph.output(Graph.EMBEDDING, graph.pool(norm("output_norm", x, 1), hyper.pooling()));
        } else {
            String output = tensors.has("output.weight") ? "output.weight" : "token_embd.weight";
            Value last = norm("output_norm", graph.selectOutputs(x), 1);
            Value logits = graph.linear(last, tensors.matrix(output, hyper.width, hyper.vocabulary()),
                    tensors.findVector("output.bias", hyper.vocabulary()));
            graph.output(Graph.LOGITS, graph.softCap(graph.scale(logits, scale), softCap));
        }
        return graph.build();
    }

    /** A product with the layer's matrix {@code NAME.weight}, plus {@code NAME.bias} where the file has it. */
    Value linear(int layer, String name, Value x, int out) {
        return graph.linear(x, tensors.matrix(block(layer, name + ".weight"), x.width(), out),
                tensors.findVector(block(layer, name + ".bias"), out));
    }

    /** A product with {@code NAME.weight}, or with the part of {@code attn_qkv.weight} that begins at a row. */
    private Value projection(int layer, String name, Value x, int firstRow, int out) {
        String fused = block(layer, "attn_qkv.weight");
        if (tensors.has(block(layer, name + ".weight")) || !tensors.has(fused)) {
            return linear(layer, name, x, out);
        }
        int rows = hyper.heads(layer) * hyper.keySize + hyper.kvHeads(layer) * (hyper.keySize + hyper.valueSize);
        Optional<Weight> bias = tensors.findVector(block(layer, "attn_qkv.bias"), rows);
        if (bias.isPresent()) {
            return graph.slice(linear(layer, "attn_qkv", x, rows), 1, firstRow, out);
        }
        return graph.linear(x, tensors.rows(fused, x.width(), rows, firstRow, out));
    }

    /** The norm of queries or keys, where the file has one: of each head, with shared or own weights, or of the whole vector. */
    private Value headNorm(int layer, String name, Value x, int heads) {
        String tensor = block(layer, name);
        if (!tensors.has(tensor + ".weight")) {
            return x;
        }
        TensorInfo weight = tensors.require(tensor + ".weight");
        return norm(tensor, x, weight.dim(0) == x.width() && heads > 1 ? 1 : heads);
    }

    String block(int layer, String name) {
        return "blk." + layer + "." + name;
    }
}
