package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.MoeSpec;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What every device must do: each operator over odd shapes and types as the oracle does it, within a normalised error
 * {@code sum((x - y)^2) / sum(y^2)}; and the rules of steps, sequences and blocks.
 *
 * <p>A backend's tests extend this class and name the device and the oracle.
 */
public abstract class BackendContractTests {
    /** The bound for operators in floats. */
    protected static final double FLOATS = 1e-10;

    /** The bound for products with quantised weights, whose inputs a device may round to 8 bits. */
    protected static final double ROUNDED_INPUTS = 2e-4;

    private static final int[] TABLE = IntStream.range(0, 32).map(i -> 2 * i + 1).toArray();

    /** Returns the device under test. */
    protected abstract Device device();

    /** Returns a device whose results are right. */
    protected abstract Device oracle();

    // ---- operators

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
        "IQ4_NL", "IQ4_XS", "MXFP4", "NVFP4", "TQ1_0", "TQ2_0", "Q1_0", "Q2_0",
        "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S"})
    void linear(TensorType type) {
        int block = type.blockSize();
        int[] widths = block == 1 ? new int[] {1, 3, 31, 33, 64, 257} : new int[] {block, 3 * block, 5 * block};
        for (int in : widths) {
            for (int out : new int[] {1, 5, 17, 67}) {
                for (int rows : new int[] {1, 2, 5, 8, 13, 37}) {
                    WeightFixture weights = new WeightFixture(in * 31 + out);
                    Weight w = weights.matrix(type, in, out);
                    Optional<Weight> bias = out % 2 == 0 ? Optional.empty() : Optional.of(weights.vector(out, 0, 0.1));
                    compare(weights, in, rows, bound(type), type + " " + in + "x" + out + " rows " + rows,
                            (b, x) -> b.linear(x, w, bias));
                }
            }
        }
    }

    @Test
    void linearsOfOneInput() {
        WeightFixture weights = new WeightFixture(1);
        Weight fused = weights.matrix(TensorType.Q8_0, 96, 70);
        Weight other = weights.matrix(TensorType.F32, 96, 20);
        Weight low = weights.matrix(TensorType.F32, 96, 3);
        Weight high = weights.matrix(TensorType.F32, 3, 11);
        for (int rows : new int[] {1, 4, 40}) {
            compare(weights, 96, rows, ROUNDED_INPUTS, "three of one tensor, rows " + rows, (b, x) -> {
                Value q = b.linear(x, new Weight(fused.tensor(), 0, 33));
                Value scaled = b.scale(q, 2);
                Value k = b.linear(x, new Weight(fused.tensor(), 33, 11));
                Value v = b.linear(x, new Weight(fused.tensor(), 44, 26));
                return b.concat(List.of(scaled, k, v, b.linear(x, other)));
            });
        }
        Weight part = new Weight(fused.tensor(), 7, 11);
        compare(weights, 96, 5, ROUNDED_INPUTS, "low-rank addition",
                (b, x) -> b.linear(new Op.Linear(x, part, Optional.empty(), List.of(new Op.Lora(low, high, 0.7f)))));
    }

    @Test
    void norms() {
        for (int width : new int[] {1, 7, 32, 96, 1000}) {
            WeightFixture weights = new WeightFixture(width);
            Weight w = weights.vector(width, 1, 0.3);
            Weight b0 = weights.vector(width, 0, 0.3);
            for (int rows : new int[] {1, 3, 50}) {
                compare(weights, width, rows, FLOATS, "rms " + width, (b, x) -> b.rmsNorm(x, w, 1e-5f));
                compare(weights, width, rows, FLOATS, "rms without weight " + width, (b, x) -> b.rmsNorm(x, Optional.empty(), 1e-6f, 1));
                compare(weights, width, rows, width == 1 ? 1e-6 : FLOATS, "layer " + width,
                        (b, x) -> b.layerNorm(x, Optional.of(w), Optional.of(b0), 1e-5f, 1));
            }
        }
        WeightFixture weights = new WeightFixture(2);
        Weight part = weights.vector(24, 1, 0.2);
        Weight whole = weights.vector(96, 1, 0.2);
        compare(weights, 96, 5, FLOATS, "groups", (b, x) -> b.rmsNorm(x, Optional.of(part), 1e-6f, 4));
        compare(weights, 96, 5, FLOATS, "groups", (b, x) -> b.rmsNorm(x, Optional.of(whole), 1e-6f, 4));
        compare(weights, 96, 5, FLOATS, "groups", (b, x) -> b.layerNorm(x, Optional.of(whole), Optional.of(part), 1e-6f, 4));
    }

    @Test
    void rope() {
        WeightFixture weights = new WeightFixture(3);
        Weight factors = weights.vector(12, 2, 0.3);
        List<RopeSpec> specs = List.of(
                RopeSpec.plain(RopeSpec.Style.ADJACENT, 24, 10_000),
                RopeSpec.plain(RopeSpec.Style.HALVES, 24, 500_000),
                RopeSpec.plain(RopeSpec.Style.HALVES, 10, 10_000),
                new RopeSpec(RopeSpec.Style.ADJACENT, 8, 16, 10_000, 0.25f, 0, 1, 32, 1, 0, Optional.empty()),
                new RopeSpec(RopeSpec.Style.HALVES, 0, 24, 10_000, 0.25f, 1, 1.1f, 32, 1, 64, Optional.empty()),
                new RopeSpec(RopeSpec.Style.HALVES, 0, 24, 10_000, 1, 0, 1, 32, 1, 0, Optional.of(factors)));
        for (RopeSpec spec : specs) {
            for (int rows : new int[] {1, 40}) {
                compare(weights, 72, rows, FLOATS, spec.toString(), (b, x) -> b.rope(x, 3, spec));
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void activations(Activation activation) {
        // e^z errs by the error of its z, which is a sum of products
        double bound = activation == Activation.EXP ? 100 * FLOATS : FLOATS;
        for (int width : new int[] {1, 15, 64, 333}) {
            WeightFixture weights = new WeightFixture(width);
            if (activation != Activation.SWIGLU_CLAMPED) {
                compare(weights, width, 3, FLOATS, activation + " " + width, (b, x) -> b.activate(b.scale(x, 4), activation));
            }
            Weight gate = weights.matrix(TensorType.F32, width, 45);
            Weight up = weights.matrix(TensorType.F32, width, 45);
            Weight down = weights.matrix(TensorType.F32, 45, 19);
            for (int rows : new int[] {1, 6, 40}) {
                compare(weights, width, rows, bound, "gated " + activation + " " + width,
                        (b, x) -> b.gatedFfn(b.scale(x, 3), gate, up, down, activation));
            }
        }
    }

    @Test
    void elementwise() {
        WeightFixture weights = new WeightFixture(4);
        for (int rows : new int[] {1, 3, 70}) {
            compare(weights, 35, rows, FLOATS, "elementwise", (b, x) -> {
                Value doubled = b.add(x, x);
                Value squared = b.mul(x, doubled);
                Value first = b.slice(x, 1, 4, 1);
                Value product = b.mul(squared, first);
                Value capped = b.softCap(b.scale(product, 3.5f), 2);
                return b.concat(List.of(capped, b.slice(squared, 5, 2, 3), first));
            });
        }
    }

    @Test
    void pooling() {
        for (ModelShape.Pooling pooling : ModelShape.Pooling.values()) {
            WeightFixture weights = new WeightFixture(5);
            GraphBuilder b = new GraphBuilder();
            Value x = b.embed(weights.matrix(TensorType.F32, 33, 50), Op.Index.TOKEN, 1);
            Value placed = b.add(x, b.embed(weights.matrix(TensorType.F16, 33, 64), Op.Index.POSITION, 2));
            Value all = b.add(placed, b.embed(weights.matrix(TensorType.F32, 33, 1), Op.Index.FIRST, 1));
            b.output("y", b.pool(all, pooling));
            b.output("wanted", b.selectOutputs(all));
            Graph graph = b.build();
            for (String output : List.of("y", "wanted")) {
                float[][] results = new float[2][];
                for (int i = 0; i < 2; i++) {
                    try (DeviceRun run = new DeviceRun(i == 0 ? device() : oracle(), graph, weights, TensorType.F32)) {
                        run.inputs().beginSequence(TABLE, -1);
                        run.inputs().addToken(7, 0, false);
                        run.inputs().addToken(9, 1, true);
                        run.sequence(TABLE, -1, 3, 1, 2, 3);
                        results[i] = run.run(output);
                    }
                }
                assertClose(results[1], results[0], FLOATS, output + " " + pooling);
            }
        }
    }

    @Test
    void experts() {
        for (MoeSpec.Gating gating : MoeSpec.Gating.values()) {
            for (boolean scaleInput : new boolean[] {false, true}) {
                WeightFixture weights = new WeightFixture(6);
                MoeSpec spec = new MoeSpec(8, 3, gating, gating == MoeSpec.Gating.SIGMOID, 1.5f, 4, scaleInput ? 2 : 4);
                Weight router = weights.matrix(TensorType.F32, 64, 8);
                Weight choice = weights.vector(8, 0, 0.1);
                Weight gate = weights.matrix(TensorType.Q8_0, 64, 32, 8);
                Weight up = weights.matrix(TensorType.F32, 64, 32, 8);
                Weight down = weights.matrix(TensorType.F16, 32, 40, 8);
                Op.ExpertBiases biases = new Op.ExpertBiases(weights.matrix(TensorType.F32, 32, 8),
                        weights.matrix(TensorType.F32, 32, 8), weights.matrix(TensorType.F32, 40, 8));
                for (int rows : new int[] {1, 7, 30}) {
                    compare(weights, 64, rows, ROUNDED_INPUTS, gating + " rows " + rows, (b, x) -> {
                        Value route = b.moeRoute(b.linear(b.scale(x, 3), router), spec, Optional.of(choice));
                        return b.moeFfn(new Op.MoeFfn(x, route, gate, up, down, Optional.of(biases), Activation.SILU, scaleInput));
                    });
                }
            }
        }
    }

    @Test
    void recurrentLayers() {
        WeightFixture weights = new WeightFixture(7);
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 24, 50), Op.Index.TOKEN, 1);
        Value mixed = b.conv1d(x, weights.matrix(TensorType.F32, 4, 24), Optional.of(weights.vector(24, 0, 0.2)), 0);
        Value dt = b.activate(b.linear(x, weights.matrix(TensorType.F32, 24, 4)), Activation.SOFTPLUS);
        Value in = b.linear(mixed, weights.matrix(TensorType.F32, 24, 10));
        Value out = b.linear(mixed, weights.matrix(TensorType.F32, 24, 10));
        Weight a = weights.matrix(TensorType.F32, 5, 4);
        Weight d = weights.vector(4, 1, 0.1);
        b.output("ssm", b.ssmScan(new Op.SsmScan(mixed, dt, in, out, a, d, 4, 6, 5, 2, 1)));
        Value g = b.activate(dt, Activation.SIGMOID);
        Value beta = b.activate(b.linear(x, weights.matrix(TensorType.F32, 24, 4)), Activation.SIGMOID);
        Value q = b.rmsNorm(b.linear(x, weights.matrix(TensorType.F32, 24, 14)), Optional.empty(), 1e-6f, 2);
        Value k = b.scale(b.rmsNorm(b.linear(x, weights.matrix(TensorType.F32, 24, 14)), Optional.empty(), 1e-6f, 2), 0.3f);
        b.output("delta", b.deltaNet(new Op.DeltaNet(q, k, mixed, g, beta, 2, 4, 7, 6, true, 2)));
        Graph graph = b.build();
        for (String output : List.of("ssm", "delta")) {
            List<float[]> results = new ArrayList<>();
            for (Device each : List.of(device(), oracle())) {
                try (DeviceRun run = new DeviceRun(each, graph, weights, TensorType.F32)) {
                    run.cache().clearSlot(3);
                    run.sequence(TABLE, 3, 0, 1, 2, 3, 4, 5, 6);
                    float[] whole = run.run(output);
                    run.cache().clearSlot(1);
                    run.sequence(TABLE, 1, 0, 1, 2, 3, 4);
                    run.run(output);
                    run.cache().copySlot(1, 5);
                    run.sequence(TABLE, 5, 4, 5, 6).sequence(TABLE, 1, 4, 9);
                    float[] tail = run.run(output);
                    assertEquals(whole[whole.length - 1], tail[tail.length / 3 * 2 - 1], 1e-5f, output + " in two steps");
                    results.add(whole);
                    results.add(tail);
                }
            }
            assertClose(results.get(2), results.get(0), 1e-10, output);
            assertClose(results.get(3), results.get(1), 1e-10, output);
        }
    }

    // ---- attention

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

    private void compareAttention(WeightFixture weights, AttentionSpec spec, boolean values, TensorType type, double bound) {
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 64, 50), Op.Index.TOKEN, 8);
        Value q = b.linear(x, weights.matrix(TensorType.F32, 64, (long) spec.heads() * spec.keySize()));
        Value k = b.linear(x, weights.matrix(TensorType.F32, 64, (long) spec.kvHeads() * spec.keySize()));
        Optional<Value> v = values
                ? Optional.of(b.linear(x, weights.matrix(TensorType.F32, 64, (long) spec.kvHeads() * spec.valueSize())))
                : Optional.empty();
        b.output("y", b.attention(new Op.Attention(q, Optional.of(k), v, spec)));
        compareSteps(b.build(), weights, type, bound, spec + " on " + type);
    }

    /** A prompt of two sequences, a chunk of one beside a token of the other, then a token of each. */
    private void compareSteps(Graph graph, WeightFixture weights, TensorType type, double bound, String what) {
        int[] other = IntStream.range(0, 32).map(i -> 62 - 2 * i).toArray();
        List<List<float[]>> results = new ArrayList<>();
        for (Device each : List.of(device(), oracle())) {
            try (DeviceRun run = new DeviceRun(each, graph, weights, type)) {
                List<float[]> steps = new ArrayList<>();
                run.sequence(TABLE, -1, 0, IntStream.range(0, 21).toArray()).sequence(other, -1, 0, 3);
                steps.add(run.run("y"));
                run.sequence(other, -1, 1, IntStream.range(9, 40).toArray()).sequence(TABLE, -1, 21, 5);
                steps.add(run.run("y"));
                run.sequence(TABLE, -1, 22, 40).sequence(other, -1, 32, 8);
                steps.add(run.run("y"));
                results.add(steps);
            }
        }
        for (int i = 0; i < 3; i++) {
            assertClose(results.get(1).get(i), results.get(0).get(i), bound, what + " step " + i);
        }
    }

    // ---- rules of steps

    @Test
    void chunksOfAPromptGiveWhatThePromptGives() {
        TinyModel model = new TinyModel(TensorType.F32);
        int[] ids = IntStream.range(0, 45).map(i -> i * 7 % TinyModel.VOCABULARY).toArray();
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F32)) {
            run.sequence(TABLE, -1, 0, ids);
            float[] whole = run.run(Graph.LOGITS);
            int[] table = IntStream.range(0, 32).map(i -> 62 - 2 * i).toArray();
            float[] last = {};
            for (int at = 0; at < ids.length; ) {
                int count = Math.min(at % 3 == 0 ? 1 : 19, ids.length - at);
                run.sequence(table, -1, at, IntStream.range(at, at + count).map(i -> ids[i]).toArray());
                last = run.run(Graph.LOGITS);
                at += count;
            }
            assertClose(tail(whole), tail(last), 1e-9, "in chunks");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q5_1"})
    void neighboursInAStepChangeNothing(TensorType type) {
        TinyModel model = new TinyModel(type);
        int[][] tables = {{0, 1}, {2, 3}, {4, 5}};
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F16)) {
            float[][] alone = new float[3][];
            for (int s = 0; s < 3; s++) {
                run.sequence(tables[s], -1, 0, 5 + s);
                run.run(Graph.LOGITS);
                run.sequence(tables[s], -1, 1, 20 + s);
                alone[s] = run.run(Graph.LOGITS);
            }
            for (int s = 0; s < 3; s++) {
                run.sequence(tables[s], -1, 0, 5 + s);
            }
            run.run(Graph.LOGITS);
            for (int s = 2; s >= 0; s--) {
                run.sequence(tables[s], -1, 1, 20 + s);
            }
            float[] together = run.run(Graph.LOGITS);
            int n = TinyModel.VOCABULARY;
            for (int s = 0; s < 3; s++) {
                float[] own = Arrays.copyOfRange(together, (2 - s) * n, (3 - s) * n);
                assertArrayEquals(alone[s], own, "sequence " + s);
            }
        }
    }

    @Test
    void blocksCanBeCopiedAndMoved() {
        TinyModel model = new TinyModel(TensorType.F32);
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F16)) {
            run.sequence(new int[] {4, 9}, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
            run.run(Graph.LOGITS);
            run.sequence(new int[] {4, 9}, -1, 11, 12);
            float[] expected = run.run(Graph.LOGITS);
            run.cache().copyBlock(4, 20, DeviceRun.BLOCK);
            run.cache().copyBlock(9, 30, 3);
            run.sequence(new int[] {20, 30}, -1, 11, 12);
            assertArrayEquals(expected, run.run(Graph.LOGITS), "copied blocks");
            byte[] host = new byte[Math.toIntExact(run.cache().blockBytes())];
            MemorySegment segment = MemorySegment.ofArray(host);
            run.cache().exportBlock(4, segment);
            run.cache().importBlock(33, segment);
            run.sequence(new int[] {33, 9}, -1, 11, 12);
            assertArrayEquals(expected, run.run(Graph.LOGITS), "moved block");
            assertTrue(run.cache().bytes() >= 64 * run.cache().blockBytes());
        }
    }

    @Test
    void embeddingsTakeThePlaceOfTokens() {
        TinyModel model = new TinyModel(TensorType.F32);
        float[] rows = rows(TinyModel.WIDTH, 2);
        float[][] results = new float[2][];
        for (int i = 0; i < 2; i++) {
            try (DeviceRun run = new DeviceRun(i == 0 ? device() : oracle(), model.graph(), model.weights(), TensorType.F32)) {
                results[i] = run.rows(rows).sequence(TABLE, -1, 0, 3, -2, -1, 4).run(Graph.LOGITS);
            }
        }
        assertClose(results[1], results[0], 1e-9, "embeddings");
    }

    @Test
    void wrongStepsAreRefused() {
        TinyModel model = new TinyModel(TensorType.F32);
        try (DeviceRun run = new DeviceRun(device(), model.graph(), model.weights(), TensorType.F32)) {
            refused(run.sequence(TABLE, -1, 0, TinyModel.VOCABULARY));
            refused(run.sequence(TABLE, -1, 0, -1));
            refused(run.sequence(TABLE, -1, 256, 1));
            refused(run.sequence(TABLE, -1, -1, 1));
            refused(run.sequence(new int[] {64}, -1, 0, 1));
            refused(run.sequence(new int[] {-1}, -1, 0, 1));
            refused(run.sequence(new int[] {1}, -1, DeviceRun.BLOCK, 1));
            run.sequence(TABLE, -1, 0, 1);
            assertEquals(TinyModel.VOCABULARY, run.run(Graph.LOGITS).length, "a right step after wrong ones");
        }
    }

    private static void refused(DeviceRun run) {
        assertThrows(RuntimeFailure.class, () -> run.run(Graph.LOGITS));
        run.inputs().clear();
    }

    @Test
    void unsupportedWeightsAreNamed() {
        WeightFixture weights = new WeightFixture(11);
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 4, 3), Op.Index.TOKEN, 1);
        b.output("y", b.linear(x, weights.matrix(TensorType.I8, 4, 4)));
        Graph graph = b.build();
        assertEquals(1, device().unsupported(graph).size());
        assertFalse(device().unsupported(graph).getFirst().reason().isBlank());
        assertThrows(RuntimeFailure.class, () -> new DeviceRun(device(), graph, weights, TensorType.F32));
    }

    // ---- helpers

    private static double bound(TensorType type) {
        return type.quantized() ? ROUNDED_INPUTS : FLOATS;
    }

    private static float[] tail(float[] logits) {
        return Arrays.copyOfRange(logits, logits.length - TinyModel.VOCABULARY, logits.length);
    }

    private static float[] rows(int width, int count) {
        SplittableRandom random = new SplittableRandom(width);
        float[] rows = new float[width * count];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian();
        }
        return rows;
    }

    /** Compares what a body makes of random rows. */
    private void compare(WeightFixture weights, int width, int rows, double bound, String what,
            BiFunction<GraphBuilder, Value, Value> body) {
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, width, 1), Op.Index.TOKEN, 1);
        b.output("y", body.apply(b, x));
        compare(b.build(), weights, rows(width, rows), rows, bound, what);
    }

    private void compare(Graph graph, WeightFixture weights, float[] x, int rows, double bound, String what) {
        float[][] results = new float[2][];
        int[] ids = IntStream.range(0, rows).map(i -> -1 - i).toArray();
        for (int i = 0; i < 2; i++) {
            try (DeviceRun run = new DeviceRun(i == 0 ? device() : oracle(), graph, weights, TensorType.F32)) {
                results[i] = run.rows(x).sequence(TABLE, -1, 0, ids).run("y");
            }
        }
        assertClose(results[1], results[0], bound, what);
    }

    /**
     * Compares by the normalised error. Rounded inputs err by their own size: results that happen to be near 0 count as 1, and a few
     * results as 8, since a mean over less says little.
     */
    protected static void assertClose(float[] expected, float[] actual, double bound, String what) {
        assertEquals(expected.length, actual.length, what);
        double error = 0;
        double size = bound == ROUNDED_INPUTS ? Math.max(8, expected.length) : 1e-30;
        for (int i = 0; i < expected.length; i++) {
            error += ((double) expected[i] - actual[i]) * ((double) expected[i] - actual[i]);
            size += (double) expected[i] * expected[i];
        }
        double normalized = error / size;
        assertTrue(normalized <= bound, () -> what + ": normalised error " + normalized + ", bound " + bound);
    }
}
