package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.ModelShape.Pooling;
import dev.runtime.api.model.TensorInfo;

/**
 * The end of a model that embeds: a pooled vector a sequence (one a token where the model does not pool), through the linear layers that
 * some models have after pooling; for a reranker, the scores of its classification head.
 */
record EmbeddingHead(DecoderGraph g) {
    Graph finish(Value x) {
        Pooling pooling = g.hyper.pooling();
        boolean ranks = pooling == Pooling.RANK;
        Value pooled = g.graph.pool(x, ranks ? ranked() : pooling);
        g.graph.output(Graph.EMBEDDING, ranks ? scores(pooled) : dense(pooled));
        return g.graph.build();
    }

    /** What a reranker judges by: the token that saw everything, or the mean. */
    private Pooling ranked() {
        return g.hyper.causal() ? Pooling.LAST : modern() ? Pooling.MEAN : Pooling.CLS;
    }

    private boolean modern() {
        return g.hyper.key("").equals("modern-bert.");
    }

    /** One converter counts from 2, the other from 0. */
    private Value dense(Value x) {
        for (String name : new String[] {"dense_2", "dense_3", "dense.0", "dense.1"}) {
            x = g.tensors.has(name + ".weight") ? linear(name, x) : x;
        }
        return x;
    }

    /** One score; of a generating model's two, for yes and for no, the probability of the first. */
    private Value scores(Value x) {
        Value hidden = g.tensors.has("cls.weight") ? g.graph.activate(linear("cls", x), modern() ? Activation.GELU_TANH : Activation.TANH) : x;
        Value normed = g.tensors.has("cls.norm.weight") ? g.norm("cls.norm", hidden, 1) : hidden;
        Value scores = g.tensors.has("cls.output.weight") ? linear("cls.output", normed) : normed;
        if (!g.hyper.causal() || scores.width() != 2) {
            return scores;
        }
        Value difference = g.graph.add(g.graph.slice(scores, 1, 0, 1), g.graph.scale(g.graph.slice(scores, 1, 1, 1), -1));
        return g.graph.activate(difference, Activation.SIGMOID);
    }

    private Value linear(String name, Value x) {
        TensorInfo weight = g.tensors.require(name + ".weight");
        int out = Math.toIntExact(weight.dim(1));
        return g.graph.linear(x, g.tensors.matrix(weight.name(), x.width(), out), g.tensors.findVector(name + ".bias", out));
    }
}
