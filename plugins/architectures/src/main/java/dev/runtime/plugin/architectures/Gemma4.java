package dev.runtime.plugin.architectures;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;

/**
 * Gemma 4: as Gemma 3, but layers with a window have heads of another size, the last layers read the keys and values of earlier ones, every
 * layer gets an embedding of the token of its own, and ends in a trained factor.
 */
public final class Gemma4 extends GemmaDecoder {
    /** Creates the builder. */
    public Gemma4() {
        super(30, "gemma4");
    }

    @Override
    Value embed(DecoderGraph g) {
        Value x = super.embed(g);
        LayerEmbeddings.prepare(g, x);
        return x;
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        x = g.residual(x, g.norm(layer, "post_attention_norm", attention(g, layer, g.norm(layer, "attn_norm", x))));
        Value f = g.tensors.has(g.block(layer, "ffn_gate_inp.weight")) ? new Gemma4Experts(g, layer).apply(x)
                : g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.GELU_TANH);
        x = LayerEmbeddings.add(g, layer, g.residual(x, g.norm(layer, "post_ffw_norm", f)));
        String factor = g.block(layer, "layer_output_scale");
        return g.tensors.has(factor + ".weight") || g.tensors.has(factor) ? g.graph.mul(x, g.constant(g.tensors.vector(factor, ".weight", 1))) : x;
    }

    private static Value attention(DecoderGraph g, int layer, Value x) {
        Hyper h = g.hyper;
        boolean sliding = sliding(h, layer);
        int size = sliding ? h.metadata().intOr(h.key("attention.key_length_swa"), h.keySize, 1, 1 << 16) : h.keySize;
        int own = h.layers - h.metadata().intOr(h.key("attention.shared_kv_layers"), 0, 0, h.layers - 1);
        int source = SharedKeys.source(layer, own, other -> sliding(h, other));
        return new SharedKeys(g, layer, source, size, rope(g, sliding, size), sliding ? h.window() : 0).apply(x);
    }

    private static RopeSpec rope(DecoderGraph g, boolean sliding, int size) {
        Hyper h = g.hyper;
        int dims = h.metadata().intOr(h.key("rope.dimension_count_swa"), size, 2, size);
        return sliding ? RopeSpec.plain(Style.HALVES, dims, h.number("rope.freq_base_swa", 10_000)) : g.rope().scaled(Style.HALVES);
    }

    private static boolean sliding(Hyper h, int layer) {
        String key = h.key("attention.sliding_window_pattern");
        return h.metadata().integers(key).filter(flags -> flags.length >= h.layers).map(flags -> flags[layer] != 0)
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                        "the model lacks the key " + key + " with one flag for each of " + h.layers + " layers; the file is incomplete"));
    }
}
