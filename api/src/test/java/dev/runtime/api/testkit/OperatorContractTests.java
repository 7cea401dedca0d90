package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.Activation;
import dev.runtime.api.graph.ExpertOp;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.MoeSpec;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.ModelShape;
import dev.runtime.api.model.TensorType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each operator but attention, over odd shapes and types, as the oracle does it. */
public abstract class OperatorContractTests extends DeviceComparison {
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
        "IQ4_NL", "IQ4_XS", "MXFP4", "NVFP4", "TQ1_0", "TQ2_0", "Q1_0", "Q2_0",
        "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ3_XXS", "IQ3_S", "IQ1_S"})
    void linear(TensorType type) {
        int block = type.blockSize();
        if (!reads(type)) {
            assertRefused(type);
            return;
        }
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
                ExpertOp.ExpertBiases biases = new ExpertOp.ExpertBiases(weights.matrix(TensorType.F32, 32, 8),
                        weights.matrix(TensorType.F32, 32, 8), weights.matrix(TensorType.F32, 40, 8));
                for (int rows : new int[] {1, 7, 30}) {
                    compare(weights, 64, rows, ROUNDED_INPUTS, gating + " rows " + rows, (b, x) -> {
                        Value route = b.moeRoute(b.linear(b.scale(x, 3), router), spec, Optional.of(choice));
                        return b.moeFfn(new ExpertOp.MoeFfn(x, route, gate, up, down, Optional.of(biases), Activation.SILU, scaleInput));
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
        b.output("ssm", b.ssmScan(new RecurrentOp.SsmScan(mixed, dt, in, out, a, d, 4, 6, 5, 2, 1)));
        Value g = b.activate(dt, Activation.SIGMOID);
        Value beta = b.activate(b.linear(x, weights.matrix(TensorType.F32, 24, 4)), Activation.SIGMOID);
        Value q = b.rmsNorm(b.linear(x, weights.matrix(TensorType.F32, 24, 14)), Optional.empty(), 1e-6f, 2);
        Value k = b.scale(b.rmsNorm(b.linear(x, weights.matrix(TensorType.F32, 24, 14)), Optional.empty(), 1e-6f, 2), 0.3f);
        b.output("delta", b.deltaNet(new RecurrentOp.DeltaNet(q, k, mixed, g, beta, 2, 4, 7, 6, true, 2)));
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

    /** Tells whether the device has products with weights of a type; one that has not must say so, and the kernel places them elsewhere. */
    protected boolean reads(TensorType type) {
        return true;
    }

    private void assertRefused(TensorType type) {
        WeightFixture weights = new WeightFixture(14);
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, type.blockSize(), 2), Op.Index.TOKEN, 1);
        b.output("y", b.linear(x, weights.matrix(type, type.blockSize(), 3)));
        assertEquals(1, device().unsupported(b.build()).size(), type + " is neither computed nor refused");
    }

    private static double bound(TensorType type) {
        return type.quantized() ? ROUNDED_INPUTS : FLOATS;
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
}
