package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.DistanceBias;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.MoeSpec;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RecurrentOp;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.Value;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.WeightFixture;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The reference against second formulations of its operators: whole matrices, no cache, no sharing. */
class ScalarFormulaTests {
    private static final int[] TABLE = {3, 1, 0, 2};
    private static final int TOKENS = 13;

    private final WeightFixture weights = new WeightFixture(1);

    @Test
    void linear() {
        Weight w = weights.matrix(TensorType.F32, 7, 5);
        Weight b = weights.vector(5, 0, 1);
        float[] x = random(TOKENS * 7);
        float[] y = run(7, x, (g, v) -> g.linear(v, w, Optional.of(b)));
        float[] m = floats(w);
        float[] bias = floats(b);
        for (int t = 0; t < TOKENS; t++) {
            for (int o = 0; o < 5; o++) {
                double sum = bias[o];
                for (int i = 0; i < 7; i++) {
                    sum += (double) m[o * 7 + i] * x[t * 7 + i];
                }
                assertEquals(sum, y[t * 5 + o], 1e-6);
            }
        }
    }

    @Test
    void givenRowsTheirRunsAndAxes() {
        RopeSpec.Axes axes = new RopeSpec.Axes(List.of(1, 0), List.of(1, 0));
        GraphBuilder g = new GraphBuilder();
        g.output("rotated", g.rope(g.input(2, 4), 1, RopeSpec.plain(RopeSpec.Style.HALVES, 4, 100).withAxes(axes)));
        g.output("runs", g.selectRuns(g.input(1, 2), 2));
        float[] x = random(3 * 6);
        try (DeviceRun run = new DeviceRun(CpuBackend.scalar(), g.build(), weights, TensorType.F32)) {
            float[][] results = new float[2][];
            for (int i = 0; i < 2; i++) {
                run.inputs().embeddings(MemorySegment.ofArray(x), 6);
                run.inputs().beginSequence(TABLE, -1);
                run.inputs().addToken(-3, 0, true);
                run.inputs().axes(5, 7, 0);
                run.inputs().addToken(1, 1, false);
                results[i] = run.run(i == 0 ? "rotated" : "runs");
            }
            // pair 0 turns by axis 1 with frequency 1, which is 100^(-2/4); pair 1 by axis 0 with frequency 0
            double[] angles = {7 * 0.1, 5};
            for (int j = 0; j < 2; j++) {
                double a = x[12 + 2 + j];
                double b = x[12 + 4 + j];
                assertEquals(a * Math.cos(angles[j]) - b * Math.sin(angles[j]), results[0][j], 1e-6);
                assertEquals(a * Math.sin(angles[j]) + b * Math.cos(angles[j]), results[0][2 + j], 1e-6);
                assertEquals(0, results[0][4 + j]);
            }
            assertArrayEquals(new float[] {x[13], x[14], 0, 0}, results[1]);
        }
    }

    @Test
    void tokensOfASpanSeeEachOther() {
        AttentionSpec causal = AttentionSpec.causal(0, 1, 1, 2, 2, 1);
        for (AttentionSpec spec : List.of(causal, causal.withWindow(2), AttentionSpec.among(1, 2, 1, true))) {
            GraphBuilder g = new GraphBuilder();
            g.output("y", g.attention(g.input(0, 2), g.input(2, 2), g.input(4, 2), spec));
            float[] x = random(7 * 6);
            try (DeviceRun run = new DeviceRun(CpuBackend.scalar(), g.build(), weights, TensorType.F32)) {
                run.inputs().embeddings(MemorySegment.ofArray(x), 6);
                run.inputs().beginSequence(TABLE, -1);
                for (int t = 0; t < 7; t++) {
                    run.inputs().addToken(-1 - t, t, true);
                    if (t >= 2 && t < 5) {
                        run.inputs().span(2, 4);
                    }
                }
                float[] y = run.run("y");
                for (int t = 0; t < 7; t++) {
                    double total = 0;
                    double[] sum = new double[2];
                    for (int p = 0; p < 7; p++) {
                        boolean together = p == t || t >= 2 && t < 5 && p >= 2 && p < 5;
                        boolean seen = spec.spans() ? together : (p <= t || together) && (spec.window() == 0 || t - p < spec.window());
                        double w = seen ? Math.exp(x[6 * t] * x[6 * p + 2] + x[6 * t + 1] * x[6 * p + 3]) : 0;
                        total += w;
                        sum[0] += w * x[6 * p + 4];
                        sum[1] += w * x[6 * p + 5];
                    }
                    assertEquals(sum[0] / total, y[2 * t], 2e-6, spec + " token " + t);
                    assertEquals(sum[1] / total, y[2 * t + 1], 2e-6, spec + " token " + t);
                }
            }
        }
    }

    @Test
    void attentionAsAMaskedMatrix() {
        Weight sinks = weights.vector(4, 0, 1);
        AttentionSpec plain = AttentionSpec.causal(0, 4, 2, 6, 6, 0.4f);
        for (AttentionSpec spec : List.of(plain, plain.withWindow(4), plain.withSoftCap(0.7f), plain.withSinks(sinks),
                new AttentionSpec(0, 4, 2, 6, 6, 0.4f, true, 0, 0, 8, Optional.empty()),
                new AttentionSpec(0, 4, 2, 6, 6, 0.4f, false, 6, 0, 0, Optional.empty()),
                new AttentionSpec(AttentionSpec.NO_CACHE, 4, 2, 6, 6, 0.4f, false, 0, 0, 8, Optional.empty()),
                plain.withDistance(new DistanceBias(weights.matrix(TensorType.F32, 4, 4), false, 5)),
                new AttentionSpec(AttentionSpec.NO_CACHE, 4, 2, 6, 6, 0.4f, false, 0, 0, 0, Optional.empty())
                        .withDistance(new DistanceBias(weights.matrix(TensorType.F32, 4, 6), true, 4)))) {
            float[] x = random(TOKENS * 48);
            float[] y = run(48, x, (g, v) -> g.attention(g.slice(v, 1, 0, 24), g.slice(v, 1, 24, 12), g.slice(v, 1, 36, 12), spec));
            float[] sink = spec.sinks().map(this::floats).orElse(new float[0]);
            float[] biases = spec.distance().map(bias -> floats(bias.table())).orElse(new float[0]);
            for (int t = 0; t < TOKENS; t++) {
                for (int h = 0; h < 4; h++) {
                    double[] expected = attend(spec, x, sink, biases, t, h);
                    for (int i = 0; i < 6; i++) {
                        assertEquals(expected[i], y[t * 24 + h * 6 + i], 2e-6, spec + " token " + t + " head " + h);
                    }
                }
            }
        }
    }

    /** One row of the softmax matrix times the values; rows of x are 4 queries, 2 keys, 2 values of 6. */
    private static double[] attend(AttentionSpec spec, float[] x, float[] sinks, float[] biases, int t, int h) {
        double[] weights = new double[TOKENS];
        double total = sinks.length > 0 ? Math.exp(sinks[h]) : 0;
        for (int p = 0; p < TOKENS; p++) {
            boolean seen = spec.causal() ? p <= t && (spec.window() == 0 || t - p < spec.window())
                    : spec.window() == 0 || Math.abs(t - p) <= spec.window() / 2;
            double score = 0;
            for (int i = 0; i < 6; i++) {
                score += (double) x[t * 48 + h * 6 + i] * x[p * 48 + 24 + h / 2 * 6 + i];
            }
            score *= spec.scale();
            score = spec.softCap() == 0 ? score : spec.softCap() * Math.tanh(score / spec.softCap());
            // slopes for 4 heads and bias 8: 1/4, 1/16, 1/64, 1/256
            score -= spec.alibi() == 0 ? 0 : Math.pow(0.25, h + 1) * Math.abs(t - p);
            score += biases.length == 0 ? 0 : biases[4 * bucket(biases.length == 24, p - t) + h];
            weights[p] = seen ? Math.exp(score) : 0;
            total += weights[p];
        }
        double[] y = new double[6];
        for (int p = 0; p < TOKENS; p++) {
            for (int i = 0; i < 6; i++) {
                y[i] += weights[p] / total * x[p * 48 + 36 + h / 2 * 6 + i];
            }
        }
        return y;
    }

    /** By hand: 4 buckets up to distance 5, 2 + ln(d / 2) / ln(2.5) 2 from 2 on; twice 3 buckets up to 4, 1 + ln(d) / ln(4) 2 from 1 on. */
    private static int bucket(boolean symmetric, int distance) {
        int[] near = symmetric ? new int[] {0, 1, 2} : new int[] {0, 1, 2, 2, 3};
        int d = symmetric ? Math.abs(distance) : Math.max(0, -distance);
        return near[Math.min(d, near.length - 1)] + (symmetric && distance > 0 ? 3 : 0);
    }

    @Test
    void ropeKeepsLengthsAndDependsOnDistancesOnly() {
        for (RopeSpec.Style style : RopeSpec.Style.values()) {
            float[] one = random(8);
            float[] x = new float[TOKENS * 8];
            for (int t = 0; t < TOKENS; t++) {
                System.arraycopy(one, 0, x, t * 8, 8);
            }
            float[] y = run(8, x, (g, v) -> g.rope(v, 1, RopeSpec.plain(style, 8, 100)));
            assertArrayEquals(one, Arrays.copyOf(y, 8), "position 0");
            assertEquals(dot(y, 0, y, 3), dot(y, 5, y, 8), 1e-5);
            assertEquals(dot(one, 0, one, 0), dot(y, 9, y, 9), 1e-5);
            int partner = style == RopeSpec.Style.ADJACENT ? 1 : 4;
            assertEquals(one[0] * Math.cos(2) - one[partner] * Math.sin(2), y[2 * 8], 1e-6, "the first pair turns by 1 a position");
        }
    }

    private static double dot(float[] a, int ta, float[] b, int tb) {
        return IntStream.range(0, 8).mapToDouble(i -> (double) a[ta * 8 + i] * b[tb * 8 + i]).sum();
    }

    @Test
    void routing() {
        float[] x = new float[TOKENS * 4];
        System.arraycopy(new float[] {1, 3, 3, 2}, 0, x, 0, 4);
        double all = Math.exp(-2) + 1 + 1 + Math.exp(-1);
        float[] softmax = run(4, x, (g, v) -> g.moeRoute(v, new MoeSpec(4, 2, MoeSpec.Gating.SOFTMAX, false, 2, 1, 1), Optional.empty()));
        assertRoute(softmax, 1, 2, 2 / all, 2 / all);
        float[] chosen = run(4, x, (g, v) -> g.moeRoute(v, new MoeSpec(4, 2, MoeSpec.Gating.SOFTMAX_CHOSEN, false, 1, 1, 1), Optional.empty()));
        assertRoute(chosen, 1, 2, 0.5, 0.5);
        double a = 1 / (1 + Math.exp(-3));
        double b = 1 / (1 + Math.exp(-2));
        float[] groups = run(4, x, (g, v) -> g.moeRoute(v, new MoeSpec(4, 2, MoeSpec.Gating.SIGMOID, true, 1, 2, 1), Optional.empty()));
        assertRoute(groups, 2, 3, a / (a + b), b / (a + b));
    }

    private static void assertRoute(float[] y, int first, int second, double firstWeight, double secondWeight) {
        assertEquals(first, y[0]);
        assertEquals(second, y[1]);
        assertEquals(firstWeight, y[2], 1e-6);
        assertEquals(secondWeight, y[3], 1e-6);
    }

    @Test
    void convolutionWithoutState() {
        Weight kernel = weights.matrix(TensorType.F32, 3, 5);
        float[] x = random(TOKENS * 5);
        float[] y = run(5, x, (g, v) -> g.conv1d(v, kernel, Optional.empty(), 0));
        float[] k = floats(kernel);
        for (int t = 0; t < TOKENS; t++) {
            for (int c = 0; c < 5; c++) {
                double sum = 0;
                for (int back = 0; back < 3 && back <= t; back++) {
                    sum += (double) k[c * 3 + 2 - back] * x[(t - back) * 5 + c];
                }
                assertEquals(sum, y[t * 5 + c], 1e-6);
            }
        }
    }

    @Test
    void deltaRuleWithoutDecayStoresAndRecalls() {
        // keys are unit vectors, beta 1, no decay: the state maps each key to its latest value
        float[] x = new float[TOKENS * 10];
        for (int t = 0; t < TOKENS; t++) {
            x[t * 10 + t % 4] = 1;
            x[t * 10 + 4] = t;
            x[t * 10 + 5] = -2 * t;
            x[t * 10 + 8] = 1;
            x[t * 10 + 9] = 1;
        }
        float[] y = run(10, x, (g, v) -> {
            Value key = g.slice(v, 1, 0, 4);
            return g.deltaNet(
                    new RecurrentOp.DeltaNet(key, key, g.slice(v, 1, 4, 2), g.slice(v, 1, 8, 1), g.slice(v, 1, 9, 1), 1, 1, 4, 2, false, 0));
        });
        for (int t = 0; t < TOKENS; t++) {
            assertEquals(t, y[2 * t], 1e-6);
            assertEquals(-2 * t, y[2 * t + 1], 1e-6);
        }
    }

    private float[] run(int width, float[] x, BiFunction<GraphBuilder, Value, Value> body) {
        GraphBuilder builder = new GraphBuilder();
        Value in = builder.embed(weights.matrix(TensorType.F32, width, 1), Op.Index.TOKEN, 1);
        builder.output("y", body.apply(builder, in));
        Graph graph = builder.build();
        try (DeviceRun run = new DeviceRun(CpuBackend.scalar(), graph, weights, TensorType.F32)) {
            return run.rows(x).sequence(TABLE, 0, 0, IntStream.range(0, TOKENS).map(i -> -1 - i).toArray()).run("y");
        }
    }

    private float[] floats(Weight weight) {
        MemorySegment data = weights.data(weight.tensor());
        return data.toArray(ValueLayout.JAVA_FLOAT);
    }

    private static float[] random(int n) {
        SplittableRandom random = new SplittableRandom(n);
        float[] x = new float[n];
        for (int i = 0; i < n; i++) {
            x[i] = (float) random.nextGaussian();
        }
        return x;
    }
}
