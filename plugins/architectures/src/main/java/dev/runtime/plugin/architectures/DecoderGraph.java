package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.BuildOptions;
import dev.runtime.api.model.ModelFile;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The building blocks of decoders: each method adds the nodes of one block and takes its tensors by their usual names
 * ({@code blk.I.NAME}, after the stack's where a model has several). Hidden states are {@code [tokens, width]}.
 */
final class DecoderGraph {
    final Hyper hyper;
    final Tensors tensors;
    final FeedForward.Defaults moe;
    final BuildOptions options;
    final LowRank adapters;
    final GraphBuilder graph;
    /** What the names of this stack's tensors begin with: empty for models with one stack of layers. */
    final String stack;
    /** Values that many layers of a family read, by names of its own. */
    final Map<String, Value> shared = new HashMap<>();

    DecoderGraph(ModelFile file, Hyper hyper, FeedForward.Defaults moe, BuildOptions options) {
        this.hyper = hyper;
        this.moe = moe;
        this.options = options;
        this.tensors = new Tensors(file);
        adapters = new LowRank(options.adapters(), file);
        graph = new GraphBuilder(adapters);
        stack = "";
    }

    private DecoderGraph(DecoderGraph model, String stack, Hyper hyper) {
        this.hyper = hyper;
        this.stack = stack;
        moe = model.moe;
        options = model.options;
        tensors = model.tensors;
        adapters = model.adapters;
        graph = model.graph;
    }

    /** Returns the blocks of one of several stacks of layers, for the same graph. */
    DecoderGraph stack(String name, Hyper.Kind kind) {
        return new DecoderGraph(this, name, new Hyper(hyper.metadata(), tensors.require("token_embd.weight"), kind));
    }

    RopeReader rope() {
        return new RopeReader(hyper, tensors, options.contextLength());
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
        Optional<Weight> weight = Optional.of(tensors.normWeight(name, x.width(), groups));
        Optional<Weight> bias = tensors.findVector(name + ".bias", x.width() / groups);
        if (hyper.layerNorm()) {
            return graph.layerNorm(x, weight, bias, hyper.epsilon, groups);
        }
        Value y = graph.rmsNorm(x, weight, hyper.epsilon, groups);
        return bias.map(b -> graph.add(y, constant(b))).orElse(y);
    }

    /** Learned embeddings of the positions. */
    Value positions() {
        return graph.embed(tensors.matrix("position_embd.weight", hyper.width, hyper.contextLength), Op.Index.POSITION, 1);
    }

    /** A vector, the same for every token. */
    Value constant(Weight vector) {
        return graph.embed(vector, Op.Index.FIRST, 1);
    }

    /** Self-attention, see {@link SelfAttention}. */
    Value attention(int layer, Value x, Attend attend) {
        return new SelfAttention(this, layer, attend).apply(x);
    }

    /** The feed-forward block, see {@link FeedForward}. */
    Value ffn(int layer, Value x, Activation activation) {
        return new FeedForward(this, layer, activation).apply(x);
    }

    /** The feed-forward block without experts, beside which a layer may have them. */
    Value denseFfn(int layer, Value x, Activation activation) {
        return new FeedForward(this, layer, activation).dense(x);
    }

    /** The inner size of a layer's feed-forward block, of its last matrix: the key {@code feed_forward_length} is wrong in some files. */
    int innerSize(int layer) {
        return Math.toIntExact(tensors.require(block(layer, "ffn_down.weight")).dim(0));
    }

    /** The sum of the residual stream and a block's result. */
    Value residual(Value x, Value block) {
        return graph.add(x, block);
    }

    /**
     * Logits of normed rows, tied to the embeddings where there is no output matrix.
     *
     * @param scale factor of the logits
     * @param softCap cap of the logits, 0 for none
     */
    Graph logits(Value x, float scale, float softCap) {
        String output = tensors.has("output.weight") ? "output.weight" : "token_embd.weight";
        Value logits = graph.linear(x, tensors.matrix(output, hyper.width, hyper.vocabulary()),
                tensors.findVector("output.bias", hyper.vocabulary()));
        graph.output(Graph.LOGITS, graph.softCap(graph.scale(logits, scale), softCap));
        return graph.build();
    }

    /** A product with the layer's matrix {@code NAME.weight}, plus {@code NAME.bias} where the file has it. */
    Value linear(int layer, String name, Value x, int out) {
        return graph.linear(x, tensors.matrix(block(layer, name + ".weight"), x.width(), out),
                tensors.findVector(block(layer, name + ".bias"), out));
    }

    String block(int layer, String name) {
        return stack + "blk." + layer + "." + name;
    }
}
