package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.RopeSpec.Style;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.ModelFile;

/**
 * BERT and its descendants: tokens see each other, norms come after the sums. Positions are a learned table, a rotation (Nomic, Jina 3) or a
 * bias that grows with distance (Jina 2); gates and experts come with their tensors.
 */
public final class Bert extends DecoderArchitecture {
    private static final float LARGEST_BIAS = 8;

    /** Creates the builder. */
    public Bert() {
        super("bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "jina-bert-v3");
    }

    @Override
    Hyper.Kind kind(ModelFile file) {
        return Hyper.Kind.ENCODER;
    }

    @Override
    FeedForward.Defaults experts() {
        return new FeedForward.Defaults(1, false);
    }

    @Override
    Value embed(DecoderGraph g) {
        Value x = g.embed(1);
        if (g.tensors.has("token_types.weight")) {
            x = g.residual(x, g.constant(g.tensors.firstRow("token_types.weight", g.hyper.width)));
        }
        if (g.tensors.has("position_embd.weight")) {
            x = g.residual(x, g.positions());
        }
        return g.norm("token_embd_norm", x, 1);
    }

    @Override
    Value layer(DecoderGraph g, int layer, Value x) {
        Value a = g.norm(layer, "attn_output_norm", g.residual(x, g.attention(layer, x, attend(g))));
        // Jina's model of code has a second sum and norm
        Value h = g.tensors.has(g.block(layer, "attn_norm_2.weight")) ? g.norm(layer, "attn_norm_2", g.residual(a, x)) : a;
        Activation activation = g.hyper.key("").equals("nomic-bert.") ? Activation.SILU : Activation.GELU_TANH;
        return g.norm(layer, "layer_output_norm", g.residual(h, g.ffn(layer, h, activation)));
    }

    private static Attend attend(DecoderGraph g) {
        float scale = g.hyper.attentionScale();
        return switch (g.hyper.key("")) {
            case "bert." -> Attend.unrotated(scale);
            case "jina-bert-v2." -> Attend.unrotated(scale).withAlibi(LARGEST_BIAS);
            case String rotated -> Attend.rotated(g.rope().scaled(Style.HALVES), scale);
        };
    }

    @Override
    Value finalNorm(DecoderGraph g, Value x) {
        return x;
    }
}
