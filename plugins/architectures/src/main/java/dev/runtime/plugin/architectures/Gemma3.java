package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelFile;

/**
 * Gemma 3: norms before and after each block, five layers with a sliding window and their own rotation base between two that see
 * everything. Embedding models let tokens see each other. Files of two converters exist; where one lacks a key, the value that its model
 * was trained with is used.
 */
public final class Gemma3 extends GemmaDecoder {
    private static final int PATTERN = 6;
    private static final int LAYERS_27B = 62;

    /** Creates the builder. */
    public Gemma3() {
        super(0, "gemma3", "gemma-embedding");
    }

    /** Embedding models are a family of their own for one converter, for the other a Gemma 3 with linear layers after pooling. */
    @Override
    Hyper.Kind kind(ModelFile file) {
        boolean embeds = file.metadata().requireString("general.architecture").equals("gemma-embedding") || file.tensor("dense.0.weight").isPresent();
        return embeds ? Hyper.Kind.ENCODER : Hyper.Kind.DECODER;
    }

    @Override
    Value finalNorm(DecoderGraph g, Value x) {
        return g.norm(g.tensors.has("output_norm.weight") || !g.tensors.has("norm.weight") ? "output_norm" : "norm", x, 1);
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Hyper h = g.hyper;
        boolean sliding = sliding(h, layer);
        RopeSpec rope = sliding ? g.rope().plain(Style.HALVES, localBase(h)) : globalRope(g);
        Value a = g.attention(layer, g.norm(layer, "attn_norm", x), Attend.rotated(rope, scale(h)).withWindow(sliding ? window(h) : 0));
        x = g.residual(x, g.norm(layer, "post_attention_norm", a));
        Value f = g.ffn(layer, g.norm(layer, "ffn_norm", x), Activation.GELU_TANH);
        return g.residual(x, g.norm(layer, "post_ffw_norm", f));
    }

    /** The pattern is a period, of which the last layer sees everything, or one flag a layer. */
    private static boolean sliding(Hyper h, int layer) {
        String key = h.key("attention.sliding_window_pattern");
        if (h.metadata().asMap().get(key) instanceof boolean[] flags && flags.length >= h.layers) {
            return flags[layer];
        }
        int period = h.metadata().asMap().get(key) instanceof Long ? h.metadata().requireInt(key, 1, 1024) : PATTERN;
        return layer % period < period - 1;
    }

    private static int window(Hyper h) {
        return h.metadata().requireInt(h.key("attention.sliding_window"), 0, Integer.MAX_VALUE);
    }

    private static float localBase(Hyper h) {
        Metadata m = h.metadata();
        return (float) m.number(h.key("rope.freq_base_swa"), m.number(h.key("rope.local.freq_base"), 10_000));
    }

    private static RopeSpec globalRope(DecoderGraph g) {
        Hyper h = g.hyper;
        Metadata m = h.metadata();
        if (m.has(h.key("rope.freq_base"))) {
            return g.rope().scaled(Style.HALVES);
        }
        // the other converter's files: base under another key, linear scaling by 8 implied for 4B, 12B and 27B
        RopeSpec plain = g.rope().plain(Style.HALVES, (float) m.number(h.key("rope.global.freq_base"), 1_000_000));
        boolean scaled = h.layers == 34 || h.layers == 48 || h.layers == LAYERS_27B;
        return !scaled ? plain : new RopeSpec(plain.style(), 0, plain.dims(), plain.base(), 1 / 8f, 0, 1, 32, 1, 0, plain.factors());
    }

    private static float scale(Hyper h) {
        return h.layers == LAYERS_27B ? (float) (1 / Math.sqrt((double) h.width / h.heads(0))) : h.attentionScale();
    }
}
