package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;

/**
 * Embeddings of the token for every layer, {@code [tokens, layers * size]}: a row of a second table and a projection of the first
 * embedding, averaged. A layer adds its part through a gate. Models without the key {@code embedding_length_per_layer_input} have none.
 */
final class LayerEmbeddings {
    private static final String SHARED = "layer embeddings";

    private LayerEmbeddings() {}

    /** Computes those of all layers from the scaled embeddings of the tokens. */
    static void prepare(DecoderGraph g, Value x) {
        int size = size(g);
        if (size == 0) {
            return;
        }
        int layers = g.hyper.layers;
        int all = Math.multiplyExact(layers, size);
        int rows = Math.toIntExact(g.tensors.require("per_layer_token_embd.weight").dim(1));
        Value own = g.graph.embed(g.tensors.matrix("per_layer_token_embd.weight", all, rows), Op.Index.TOKEN, (float) Math.sqrt(size));
        Value projected = g.graph.scale(g.graph.linear(x, g.tensors.matrix("per_layer_model_proj.weight", g.hyper.width, all)),
                (float) (1 / Math.sqrt(g.hyper.width)));
        g.shared.put(SHARED, g.graph.scale(g.graph.add(g.norm("per_layer_proj_norm", projected, layers), own), (float) Math.sqrt(0.5)));
    }

    /** Returns the residual stream with a layer's part added. */
    static Value add(DecoderGraph g, int layer, Value x) {
        return size(g) == 0 ? x : g.residual(x, gated(g, layer, x));
    }

    /** A layer's part through the gate that {@code x} opens. */
    static Value gated(DecoderGraph g, int layer, Value x) {
        int size = size(g);
        Value gate = g.graph.activate(g.linear(layer, "inp_gate", x, size), Activation.GELU_TANH);
        Value part = g.graph.slice(g.shared.get(SHARED), 1, layer * size, size);
        return g.norm(layer, "post_norm", g.linear(layer, "proj", g.graph.mul(gate, part), g.hyper.width));
    }

    private static int size(DecoderGraph g) {
        return g.hyper.metadata().intOr(g.hyper.key("embedding_length_per_layer_input"), 0, 0, 1 << 16);
    }
}
