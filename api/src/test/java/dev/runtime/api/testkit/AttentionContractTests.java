package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.CacheLayout;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attention of all kinds over steps of several sequences, as the oracle does it. */
public abstract class AttentionContractTests extends OperatorContractTests {
    private static final String NOT_THERE = "the device does not say that it has it";

    @Test
    void attentionKinds() {
        WeightFixture weights = new WeightFixture(8);
        Weight sinks = weights.vector(6, 0.5, 1);
        AttentionSpec plain = AttentionSpec.causal(0, 6, 2, 40, 40, 0.2f);
        AttentionSpec free = new AttentionSpec(0, 6, 6, 5, 5, 0.5f, false, 0, 0, 0, Optional.empty());
        List<AttentionSpec> specs = List.of(
                plain,
                plain.withWindow(5),
                plain.withSoftCap(3),
                plain.withSinks(sinks),
                plain.withChunks(5),
                new AttentionSpec(0, 6, 3, 16, 16, 0.3f, true, 0, 0, 8, Optional.empty()),
                new AttentionSpec(0, 6, 2, 64, 24, 0.2f, true, 7, 0, 0, Optional.of(sinks)),
                free,
                new AttentionSpec(0, 6, 6, 5, 5, 0.5f, false, 6, 0, 8, Optional.empty()),
                new AttentionSpec(AttentionSpec.NO_CACHE, 6, 3, 32, 32, 0.3f, false, 0, 0, 0, Optional.empty()),
                new AttentionSpec(AttentionSpec.NO_CACHE, 6, 3, 20, 7, 0.3f, true, 4, 0, 8, Optional.empty()));
        for (AttentionSpec spec : specs) {
            compareAttention(weights, spec, true, TensorType.F32, FLOATS);
            if (spec.valueSize() <= spec.keySize()) {
                compareAttention(weights, spec, false, TensorType.F32, FLOATS);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q8_0", "Q4_0"})
    void cacheTypes(TensorType type) {
        compareAttention(new WeightFixture(9), AttentionSpec.causal(0, 4, 2, 64, 32, 0.15f), true, type, 1e-8);
    }

    @Test
    void layersShareTheCache() {
        WeightFixture weights = new WeightFixture(10);
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 48, 50), Op.Index.TOKEN, 2);
        AttentionSpec spec = AttentionSpec.causal(3, 3, 1, 16, 16, 0.25f);
        Value k = b.slice(x, 1, 0, 16);
        b.attention(x, k, b.slice(x, 1, 16, 16), spec);
        b.output("y", b.attention(new Op.Attention(b.scale(x, 0.5f), Optional.empty(), Optional.empty(), spec)));
        compareSteps(b.build(), weights, TensorType.F32, FLOATS, "shared layer");
    }

    /** For devices that say that they have it. */
    @Test
    void biasesByDistance() {
        WeightFixture weights = new WeightFixture(13);
        AttentionSpec causal = AttentionSpec.causal(0, 6, 2, 40, 24, 0.2f);
        AttentionSpec free = new AttentionSpec(AttentionSpec.NO_CACHE, 6, 6, 5, 5, 0.5f, false, 0, 0, 0, Optional.empty());
        List<AttentionSpec> specs = List.of(causal.withDistance(new DistanceBias(weights.matrix(TensorType.F32, 6, 8), false, 20)),
                causal.withDistance(new DistanceBias(weights.matrix(TensorType.F32, 6, 4), false, 3)),
                free.withDistance(new DistanceBias(weights.matrix(TensorType.F32, 6, 32), true, 128)));
        for (AttentionSpec spec : specs) {
            assumeTrue(device().unsupported(attention(weights, spec, true)).isEmpty(), NOT_THERE);
            compareAttention(weights, spec, true, TensorType.F32, FLOATS);
            compareAttention(weights, spec, true, TensorType.F16, 1e-8);
        }
    }

    /** For devices that say that they have it. */
    @Test
    void whatAnEncoderLeft() {
        WeightFixture weights = new WeightFixture(14);
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 48, 50), Op.Index.TOKEN, 2);
        b.output("keys", b.kvWrite(new Op.KvWrite(b.slice(x, 1, 0, 24), b.slice(x, 1, 30, 18), new CacheLayout.KvLayer(2, 2, 12, 9))));
        b.output("y", b.attention(new Op.Attention(x, Optional.empty(), Optional.empty(), AttentionSpec.cross(2, 4, 2, 12, 9, 0.3f))));
        Graph graph = b.build();
        assumeTrue(device().unsupported(graph).isEmpty(), NOT_THERE);
        compareSteps(graph, weights, TensorType.F32, FLOATS, "cross attention");
        compareSteps(graph, weights, TensorType.F16, 1e-8, "cross attention");
        try (DeviceRun run = new DeviceRun(device(), graph, weights, TensorType.F32)) {
            run.sequence(TABLE, -1, 0, 1);
            assertThrows(RuntimeFailure.class, () -> run.run("y"), "nothing is encoded");
            run.inputs().clear();
            run.sequence(new int[] {0}, -1, 0, 1).encoded(DeviceRun.BLOCK + 1);
            assertThrows(RuntimeFailure.class, () -> run.run("y"), "more is encoded than there are blocks");
        }
    }

    private void compareAttention(WeightFixture weights, AttentionSpec spec, boolean values, TensorType type, double bound) {
        compareSteps(attention(weights, spec, values), weights, type, bound, spec + " on " + type);
    }

    private static Graph attention(WeightFixture weights, AttentionSpec spec, boolean values) {
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 64, 50), Op.Index.TOKEN, 8);
        Value q = b.linear(x, weights.matrix(TensorType.F32, 64, (long) spec.heads() * spec.keySize()));
        Value k = b.linear(x, weights.matrix(TensorType.F32, 64, (long) spec.kvHeads() * spec.keySize()));
        Optional<Value> v = values
                ? Optional.of(b.linear(x, weights.matrix(TensorType.F32, 64, (long) spec.kvHeads() * spec.valueSize())))
                : Optional.empty();
        b.output("y", b.attention(new Op.Attention(q, Optional.of(k), v, spec)));
        return b.build();
    }

    /** A prompt of two sequences, a chunk of one beside a token of the other, a token of each, then a first token of one that begins anew. */
    private void compareSteps(Graph graph, WeightFixture weights, TensorType type, double bound, String what) {
        int[] other = IntStream.range(0, 32).map(i -> 62 - 2 * i).toArray();
        List<List<float[]>> results = new ArrayList<>();
        for (Device each : List.of(device(), oracle())) {
            try (DeviceRun run = new DeviceRun(each, graph, weights, type)) {
                List<float[]> steps = new ArrayList<>();
                run.sequence(TABLE, -1, 0, IntStream.range(0, 21).toArray()).encoded(17).sequence(other, -1, 0, 3).encoded(1);
                steps.add(run.run("y"));
                run.sequence(other, -1, 1, IntStream.range(9, 40).toArray()).encoded(32).sequence(TABLE, -1, 21, 5).encoded(9);
                steps.add(run.run("y"));
                run.sequence(TABLE, -1, 22, 40).encoded(20).sequence(other, -1, 32, 8).encoded(30);
                steps.add(run.run("y"));
                run.sequence(other, -1, 0, 11).encoded(30);
                steps.add(run.run("y"));
                results.add(steps);
            }
        }
        for (int i = 0; i < 4; i++) {
            assertClose(results.get(1).get(i), results.get(0).get(i), bound, what + " step " + i);
        }
    }
}
