package dev.runtime.api.testkit;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.TensorType;

/** A decoder with random weights: the usual operators in the usual order. */
public final class TinyModel {
    /** Number of tokens. */
    public static final int VOCABULARY = 61;

    /** Width of the hidden state; a whole block of every type. */
    public static final int WIDTH = 256;

    /** How queries and keys are rotated. */
    public static final RopeSpec ROPE = RopeSpec.plain(RopeSpec.Style.HALVES, 64, 10_000);

    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int HEAD = 64;

    private final WeightFixture weights = new WeightFixture(12);
    private final Graph graph;

    /** Makes a model of two layers whose matrices have a type. */
    public TinyModel(TensorType type) {
        this(type, 2);
    }

    /** Makes a model with so many layers. */
    public TinyModel(TensorType type, int layers) {
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, WIDTH, VOCABULARY), Op.Index.TOKEN, 1);
        for (int layer = 0; layer < layers; layer++) {
            Value normed = b.rmsNorm(x, weights.vector(WIDTH, 1, 0.1), 1e-6f);
            Value q = b.rope(b.linear(normed, weights.matrix(type, WIDTH, HEADS * HEAD)), HEADS, ROPE);
            Value k = b.rope(b.linear(normed, weights.matrix(type, WIDTH, KV_HEADS * HEAD)), KV_HEADS, ROPE);
            Value v = b.linear(normed, weights.matrix(type, WIDTH, KV_HEADS * HEAD));
            Value attended = b.attention(q, k, v, AttentionSpec.causal(layer, HEADS, KV_HEADS, HEAD, HEAD, 0.125f));
            x = b.add(x, b.linear(attended, weights.matrix(type, HEADS * HEAD, WIDTH)));
            Value fed = b.gatedFfn(b.rmsNorm(x, weights.vector(WIDTH, 1, 0.1), 1e-6f), weights.matrix(type, WIDTH, 512),
                    weights.matrix(type, WIDTH, 512), weights.matrix(type, 512, WIDTH), Activation.SILU);
            x = b.add(x, fed);
        }
        Value wanted = b.rmsNorm(b.selectOutputs(x), weights.vector(WIDTH, 1, 0.1), 1e-6f);
        b.output(Graph.LOGITS, b.linear(wanted, weights.matrix(type, WIDTH, VOCABULARY)));
        graph = b.build();
    }

    /** Returns the graph; its result is {@link Graph#LOGITS}. */
    public Graph graph() {
        return graph;
    }

    /** Returns the weights. */
    public WeightFixture weights() {
        return weights;
    }
}
