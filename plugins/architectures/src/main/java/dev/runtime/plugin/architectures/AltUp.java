package dev.runtime.plugin.architectures;

import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Alternating updates: four residual streams, side by side {@code [tokens, 4 * width]}. Each layer predicts all streams as mixtures of them,
 * computes with the first, and corrects the others by how far the prediction of the first was off. Source: Baykal et al. 2023.
 */
record AltUp(DecoderGraph g) {
    private static final int STREAMS = 4;

    /** Makes the streams of the embeddings: these, and three projections of the same length. */
    Value open(Value x) {
        List<Value> streams = new ArrayList<>(List.of(x));
        for (Value other : projected("altup_proj.weight", Collections.nCopies(STREAMS - 1, x))) {
            streams.add(g.graph.matchNorm(other, x));
        }
        return g.graph.concat(streams);
    }

    List<Value> streams(Value x) {
        int width = x.width() / STREAMS;
        List<Value> streams = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            streams.add(g.graph.slice(x, 1, i * width, width));
        }
        return streams;
    }

    /** Each stream plus a mixture of all, with coefficients that depend on the first. */
    List<Value> predict(int layer, List<Value> streams) {
        Value coefficients = g.linear(layer, "altup_predict_coef", modalities(layer, streams.getFirst()), STREAMS * STREAMS);
        List<Value> predictions = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            Value sum = streams.get(i);
            for (int j = 0; j < STREAMS; j++) {
                sum = g.graph.add(sum, g.graph.mul(streams.get(j), g.graph.slice(coefficients, 1, STREAMS * i + j, 1)));
            }
            predictions.add(sum);
        }
        return predictions;
    }

    /** Each prediction plus {@code 1 + coefficient} times the error of the first. */
    List<Value> correct(int layer, List<Value> predictions, Value computed) {
        Value coefficients = g.linear(layer, "altup_correct_coef", modalities(layer, computed), STREAMS);
        Value error = g.graph.add(computed, g.graph.scale(predictions.getFirst(), -1));
        List<Value> corrected = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
            Value part = g.graph.add(error, g.graph.mul(error, g.graph.slice(coefficients, 1, i, 1)));
            corrected.add(g.graph.add(predictions.get(i), part));
        }
        return corrected;
    }

    /** Puts the streams side by side, with {@code part} added to all but the first. */
    Value addToOthers(List<Value> streams, Value part) {
        List<Value> sums = new ArrayList<>(List.of(streams.getFirst()));
        for (Value stream : streams.subList(1, STREAMS)) {
            sums.add(g.graph.add(stream, part));
        }
        return g.graph.concat(sums);
    }

    /** The mean of the first stream and of projections of the others of its length. */
    Value close(Value x) {
        List<Value> streams = streams(x);
        Value sum = streams.getFirst();
        for (Value other : projected("altup_unembd_proj.weight", streams.subList(1, STREAMS))) {
            sum = g.graph.add(sum, g.graph.matchNorm(other, streams.getFirst()));
        }
        return g.graph.scale(sum, 1f / STREAMS);
    }

    private List<Value> projected(String name, List<Value> others) {
        int width = g.hyper.width;
        Value all = g.graph.headLinear(g.graph.concat(others), g.tensors.experts(name, width, width, STREAMS - 1));
        List<Value> parts = new ArrayList<>();
        for (int i = 0; i < STREAMS - 1; i++) {
            parts.add(g.graph.slice(all, 1, i * width, width));
        }
        return parts;
    }

    private Value modalities(int layer, Value x) {
        Value n = g.graph.scale(g.norm(layer, "altup_router_norm", x), 1f / g.hyper.width);
        return g.graph.activate(g.linear(layer, "altup_router", n, STREAMS), Activation.TANH);
    }
}
