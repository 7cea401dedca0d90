package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import java.util.List;

/**
 * Gemma 3n: four residual streams of which a layer computes with the first and predicts the others ({@link AltUp}), a low-rank path beside
 * attention, sparse gates in the first layers, embeddings of the token for every layer, shared keys and values in the last layers.
 */
public final class Gemma3n extends GemmaDecoder {
    private static final int PATTERN = 5;
    private static final int SPARSE_LAYERS = 10;
    private static final int LAYERS_WITH_OWN_KEYS = 20;

    /** Beyond this many standard deviations lie 5% of a normal distribution. */
    private static final float SPARSITY = 1.6448536f;

    private static final float HALF_ROOT = (float) Math.sqrt(0.5);

    /** Creates the builder. */
    public Gemma3n() {
        super(30, "gemma3n");
    }

    @Override
    Value embed(DecoderGraph g) {
        Value x = super.embed(g);
        LayerEmbeddings.prepare(g, x);
        return new AltUp(g).open(x);
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        AltUp altUp = new AltUp(g);
        List<Value> predictions = altUp.predict(layer, altUp.streams(x));
        Value active = predictions.getFirst();
        Value n = g.norm(layer, "attn_norm", active);
        Value low = g.linear(layer, "laurel_l", n, lowRank(g, layer));
        Value laurel = g.residual(n, g.norm(layer, "laurel_post_norm", g.linear(layer, "laurel_r", low, g.hyper.width)));
        Value a = g.residual(active, g.norm(layer, "post_attention_norm", attention(g, layer, n)));
        Value both = g.graph.scale(g.graph.add(a, laurel), HALF_ROOT);
        Value f = g.residual(both, g.norm(layer, "post_ffw_norm", ffn(g, layer, g.norm(layer, "ffn_norm", both))));
        List<Value> corrected = altUp.correct(layer, predictions, f);
        Value factors = g.constant(g.tensors.vector(g.block(layer, "altup_correct_scale"), ".weight", g.hyper.width));
        Value scaled = g.graph.mul(corrected.getFirst(), factors);
        return altUp.addToOthers(corrected, LayerEmbeddings.gated(g, layer, scaled));
    }

    @Override
    Value finalNorm(DecoderGraph g, Value x) {
        return g.norm("output_norm", new AltUp(g).close(x), 1);
    }

    private static int lowRank(DecoderGraph g, int layer) {
        return Math.toIntExact(g.tensors.require(g.block(layer, "laurel_l.weight")).dim(1));
    }

    private static Value attention(DecoderGraph g, int layer, Value x) {
        int own = g.hyper.metadata().has(g.hyper.key("attention.shared_kv_layers"))
                ? g.hyper.layers - g.hyper.metadata().requireInt(g.hyper.key("attention.shared_kv_layers"), 0, g.hyper.layers - 1)
                : Math.min(LAYERS_WITH_OWN_KEYS, g.hyper.layers);
        boolean sliding = sliding(layer);
        int source = SharedKeys.source(layer, own, Gemma3n::sliding);
        RopeSpec rope = sliding ? g.rope().plain(Style.HALVES, g.hyper.number("rope.freq_base_swa", 10_000)) : g.rope().scaled(Style.HALVES);
        return new SharedKeys(g, layer, source, g.hyper.keySize, rope, sliding ? g.hyper.window() : 0).apply(x);
    }

    private static boolean sliding(int layer) {
        return layer % PATTERN < PATTERN - 1;
    }

    private static Value ffn(DecoderGraph g, int layer, Value x) {
        int inner = g.innerSize(layer);
        Value gate = g.linear(layer, "ffn_gate", x, inner);
        Value sparse = g.graph.activate(layer < SPARSE_LAYERS ? g.graph.deviationCut(gate, SPARSITY) : gate, Activation.GELU_TANH);
        return g.linear(layer, "ffn_down", g.graph.mul(sparse, g.linear(layer, "ffn_up", x, inner)), g.hyper.width);
    }
}
