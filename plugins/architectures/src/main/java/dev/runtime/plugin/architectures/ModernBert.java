package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.ModelFile;

/** ModernBERT: norms before the blocks, every third layer sees everything, the others a window with a rotation of its own. */
public final class ModernBert extends PreNormDecoder {
    private static final int PATTERN = 3;

    /** Creates the builder. */
    public ModernBert() {
        super(Style.HALVES, "modern-bert");
    }

    @Override
    Hyper.Kind kind(ModelFile file) {
        return Hyper.Kind.ENCODER;
    }

    @Override
    Value embed(DecoderGraph g) {
        return g.norm("token_embd_norm", g.embed(1), 1);
    }

    @Override
    Value norm(DecoderGraph g, int layer, String name, Value x) {
        // the norm of the embeddings serves the first layer
        return layer == 0 && name.equals("attn_norm") ? x : g.norm(layer, name, x);
    }

    @Override
    Attend attend(DecoderGraph g, int layer) {
        int period = g.hyper.metadata().intOr(g.hyper.key("attention.sliding_window_pattern"), PATTERN, 1, 1024);
        if (layer % period == 0) {
            return super.attend(g, layer);
        }
        RopeSpec local = g.rope().plain(Style.HALVES, g.hyper.number("rope.freq_base_swa", 10_000));
        return Attend.rotated(local, g.hyper.attentionScale()).withWindow(g.hyper.window());
    }

    @Override
    Activation activation() {
        return Activation.GELU_TANH_HALF;
    }
}
