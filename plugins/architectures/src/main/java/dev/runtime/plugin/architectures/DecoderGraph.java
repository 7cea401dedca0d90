package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.MoeSpec;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.BuildOptions.Output;
import dev.runtime.api.model.ModelFile;
import java.util.Optional;

/**
 * The building blocks of decoders: each method adds the nodes of one block and takes its tensors by their usual names
 * ({@code blk.I.NAME}). Hidden states are {@code [tokens, width]}.
 */
final class DecoderGraph {
    final Hyper hyper;
    final Tensors tensors;
    final GraphBuilder graph = new GraphBuilder();

    DecoderGraph(ModelFile file, Hyper hyper) {
        this.hyper = hyper;
        this.tensors = new Tensors(file);
    }

    RopeReader rope() {
        return new RopeReader(hyper, tensors);
    }

    /** Token embeddings, multiplied by {@code scale}. */
    Value embed(float scale) {
        return graph.embed(tensors.matrix("token_embd.weight", hyper.width, hyper.vocabulary()), Op.Index.TOKEN, scale);
    }

    /** RMS norm of whole rows with the layer's tensor {@code NAME.weight}. */
    Value norm(int layer, String name, Value x) {
        Value y = graph.rmsNorm(x, tensors.vector(block(layer, name + ".weight"), x.width()), hyper.rmsEpsilon);
        return graph.name(y, name + "-" + layer);
    }

    /**
     * Self-attention: projections (split or fused, bias where the file has one), norm of each head where the file has
     * {@code attn_q_norm}, rotation, cached attention, output projection.
     *
     * @param window sliding window in tokens, 0 for none
     */
    Value attention(int layer, Value x, RopeSpec rope, float scale, int window) {
        int heads = hyper.heads(layer);
        int kvHeads = hyper.kvHeads(layer);
        Value q = headNorm(layer, "attn_q_norm", projection(layer, "attn_q", x, 0, heads * hyper.keySize), heads);
        Value k = headNorm(layer, "attn_k_norm", projection(layer, "attn_k", x, heads * hyper.keySize, kvHeads * hyper.keySize), kvHeads);
        Value v = projection(layer, "attn_v", x, (heads + kvHeads) * hyper.keySize, kvHeads * hyper.valueSize);
        q = graph.rope(q, heads, rope);
        k = graph.rope(k, kvHeads, rope);
        Value y = graph.attention(q, k, v,
                AttentionSpec.causal(layer, heads, kvHeads, hyper.keySize, hyper.valueSize, scale).withWindow(window));
        return linear(layer, "attn_output", y, hyper.width);
    }

    /** Gated feed-forward block, dense or, where the model has experts, a mixture of them. */
    Value ffn(int layer, Value x, Activation activation) {
        return hyper.experts() > 0 ? mixture(layer, x, activation) : dense(layer, x, activation);
    }

    private Value dense(int layer, Value x, Activation activation) {
        int inner = hyper.ffnSize(layer);
        if (tensors.has(block(layer, "ffn_gate.bias")) || tensors.has(block(layer, "ffn_down.bias"))) {
            Value gate = graph.activate(linear(layer, "ffn_gate", x, inner), activation);
            return linear(layer, "ffn_down", graph.mul(gate, linear(layer, "ffn_up", x, inner)), hyper.width);
        }
        return graph.gatedFfn(x,
                tensors.matrix(block(layer, "ffn_gate.weight"), hyper.width, inner),
                tensors.matrix(block(layer, "ffn_up.weight"), hyper.width, inner),
                tensors.matrix(block(layer, "ffn_down.weight"), inner, hyper.width), activation);
    }

    /** Routed experts: softmax over all, the weights of the chosen ones add up to 1 (Mixtral). */
    private Value mixture(int layer, Value x, Activation activation) {
        int experts = hyper.experts();
        int inner = Math.toIntExact(tensors.require(block(layer, "ffn_gate_exps.weight")).dim(1));
        Value route = graph.moeRoute(linear(layer, "ffn_gate_inp", x, experts),
                new MoeSpec(experts, hyper.expertsUsed(), MoeSpec.Gating.SOFTMAX, true, 1, 1, 1), Optional.empty());
        return graph.moeFfn(new Op.MoeFfn(x, route,
                tensors.experts(block(layer, "ffn_gate_exps.weight"), hyper.width, inner, experts),
                tensors.experts(block(layer, "ffn_up_exps.weight"), hyper.width, inner, experts),
                tensors.experts(block(layer, "ffn_down_exps.weight"), inner, hyper.width, experts),
                Optional.empty(), activation, false));
    }

    /** The sum of the residual stream and a block's result. */
    Value residual(Value x, Value block) {
        return graph.add(x, block);
    }

    /** Final norm, then what the options ask for: logits (tied to the embeddings where there is no output matrix), or a pooled vector. */
    Graph finish(Value x, BuildOptions options) {
        Weight norm = tensors.vector("output_norm.weight", hyper.width);
        if (options.output() == Output.EMBEDDING) {
            graph.output(Graph.EMBEDDING, graph.pool(graph.rmsNorm(x, norm, hyper.rmsEpsilon), hyper.pooling()));
        } else {
            String output = tensors.has("output.weight") ? "output.weight" : "token_embd.weight";
            Value last = graph.rmsNorm(graph.selectOutputs(x), norm, hyper.rmsEpsilon);
            graph.output(Graph.LOGITS, graph.linear(last, tensors.matrix(output, hyper.width, hyper.vocabulary())));
        }
        return graph.build();
    }

    /** A product with the layer's matrix {@code NAME.weight}, plus {@code NAME.bias} where the file has it. */
    private Value linear(int layer, String name, Value x, int out) {
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
        return graph.linear(x, tensors.rows(fused, x.width(), rows, firstRow, out));
    }

    private Value headNorm(int layer, String name, Value x, int heads) {
        return tensors.findVector(block(layer, name + ".weight"), x.width() / heads)
                .map(weight -> graph.rmsNorm(x, Optional.of(weight), hyper.rmsEpsilon, heads)).orElse(x);
    }

    private static String block(int layer, String name) {
        return "blk." + layer + "." + name;
    }
}
