package dev.runtime.backend.cuda;

import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.WeightFixture;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;

/** A model of the shape of the Llama 3 family with random weights, to measure speed with. */
final class SyntheticModel implements WeightSource {
    private static final int VOCABULARY = 128_256;
    private static final int PATTERN_ROWS = 64;

    private final Map<String, MemorySegment> shared = new HashMap<>();
    private final Graph graph;
    private int tensors;

    /** Sizes of a model. */
    record Shape(String name, int layers, int width, int hidden, int heads, int kvHeads, int head) {
        static final Shape ONE = new Shape("1B", 16, 2048, 8192, 32, 8, 64);
        /** Two layers of the next, to look at single kernels. */
        static final Shape TWO_LAYERS = new Shape("2 layers of 8B", 2, 4096, 14_336, 32, 8, 128);
        static final Shape EIGHT = new Shape("8B", 32, 4096, 14_336, 32, 8, 128);
    }

    /** Which types weights have. */
    enum Mix {
        /** All matrices 16 bits. */
        F16,
        /** As the quantiser mixes: Q6_K for the output and for half of the values and downs, Q4_K for the rest. */
        Q4_K_M
    }

    SyntheticModel(Shape shape, Mix mix) {
        GraphBuilder b = new GraphBuilder();
        TensorType most = mix == Mix.F16 ? TensorType.F16 : TensorType.Q4_K;
        TensorType better = mix == Mix.F16 ? TensorType.F16 : TensorType.Q6_K;
        RopeSpec rope = RopeSpec.plain(RopeSpec.Style.ADJACENT, shape.head, 500_000);
        int kvWidth = shape.kvHeads * shape.head;
        Value x = b.embed(matrix(most, shape.width, VOCABULARY), Op.Index.TOKEN, 1);
        for (int layer = 0; layer < shape.layers; layer++) {
            TensorType down = layer % 2 == 0 ? better : most;
            Value normed = b.rmsNorm(x, matrix(TensorType.F32, shape.width, 1), 1e-5f);
            Value q = b.rope(b.linear(normed, matrix(most, shape.width, shape.width)), shape.heads, rope);
            Value k = b.rope(b.linear(normed, matrix(most, shape.width, kvWidth)), shape.kvHeads, rope);
            Value v = b.linear(normed, matrix(down, shape.width, kvWidth));
            Value attended = b.attention(q, k, v,
                    AttentionSpec.causal(layer, shape.heads, shape.kvHeads, shape.head, shape.head, (float) (1 / Math.sqrt(shape.head))));
            x = b.add(x, b.linear(attended, matrix(most, shape.width, shape.width)));
            Value fed = b.gatedFfn(b.rmsNorm(x, matrix(TensorType.F32, shape.width, 1), 1e-5f), matrix(most, shape.width, shape.hidden),
                    matrix(most, shape.width, shape.hidden), matrix(down, shape.hidden, shape.width), Activation.SILU);
            x = b.add(x, fed);
        }
        Value wanted = b.rmsNorm(b.selectOutputs(x), matrix(TensorType.F32, shape.width, 1), 1e-5f);
        b.output(Graph.LOGITS, b.linear(wanted, matrix(better, shape.width, VOCABULARY)));
        graph = b.build();
    }

    private Weight matrix(TensorType type, int in, int out) {
        return Weight.of(new TensorInfo("t" + tensors++, type, new long[] {in, out}));
    }

    Graph graph() {
        return graph;
    }

    /** Returns the bytes of all matrices that a token reads: all but the table of embeddings. */
    long bytesRead() {
        return graph.weights().stream().skip(1).mapToLong(weight -> weight.tensor().bytes()).sum();
    }

    /** Returns the elements of the same. */
    long elements() {
        return graph.weights().stream().skip(1).mapToLong(weight -> weight.tensor().elements()).sum();
    }

    /** Tensors of one type and shape share their bytes: some rows of random numbers, again and again. */
    @Override
    public MemorySegment data(TensorInfo tensor) {
        return shared.computeIfAbsent(tensor.type() + " " + tensor.dim(0) + " " + tensor.dim(1), key -> {
            WeightFixture fixture = new WeightFixture(tensor.dim(0));
            MemorySegment rows = fixture.data(fixture.matrix(tensor.type(), tensor.dim(0), PATTERN_ROWS).tensor());
            MemorySegment all = Arena.ofAuto().allocate(tensor.bytes(), 64);
            for (long at = 0; at < all.byteSize(); at += rows.byteSize()) {
                long bytes = Math.min(rows.byteSize(), all.byteSize() - at);
                MemorySegment.copy(rows, 0, all, at, bytes);
            }
            return all;
        });
    }
}
