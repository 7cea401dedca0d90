package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.AttentionSpec;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.RopeSpec;
import dev.runtime.api.graph.RopeSpec.Axes;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.TensorType;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What images need, as the oracle does it; for devices that say that they have it. */
public abstract class ImageContractTests extends AttentionContractTests {
    private static final int WIDTH = 40;
    private static final Axes AXES = new Axes(List.of(0, 1, 2, 1, 0), List.of(0, 2, 4, 1, 3));

    private final WeightFixture weights = new WeightFixture(11);

    @Test
    void partsOfGivenRows() {
        GraphBuilder b = new GraphBuilder();
        Value x = b.embed(weights.matrix(TensorType.F32, 24, 50), Op.Index.TOKEN, 2);
        b.output("y", b.concat(List.of(x, b.input(30, 10), b.input(0, 1))));
        compareOn(b.build(), 1);
    }

    @Test
    void runsOfRows() {
        for (int count : new int[] {1, 3, 4}) {
            GraphBuilder b = new GraphBuilder();
            b.output("y", b.selectRuns(b.scale(b.input(3, 7), 2), count));
            compareOn(b.build(), count);
        }
    }

    @Test
    void rotationsByAxes() {
        for (RopeSpec.Style style : RopeSpec.Style.values()) {
            GraphBuilder b = new GraphBuilder();
            b.output("y", b.rope(b.input(0, 36), 3, RopeSpec.plain(style, 10, 10_000).withStart(1).withAxes(AXES)));
            compareOn(b.build(), 1);
        }
    }

    @Test
    void tokensOfASpanSeeEachOther() {
        AttentionSpec causal = AttentionSpec.causal(0, 4, 2, 5, 5, 0.6f);
        for (AttentionSpec spec : List.of(causal, causal.withWindow(4), causal.withWindow(9), AttentionSpec.among(4, 5, 0.6f, true),
                AttentionSpec.among(4, 5, 0.6f, false))) {
            GraphBuilder b = new GraphBuilder();
            int kv = spec.kvHeads() * 5;
            b.output("y", b.attention(b.input(0, 20), b.input(20 - kv, kv), b.input(40 - kv, kv), spec));
            compareOn(b.build(), 1);
        }
    }

    /** A step of two sequences, tokens by id before and after spans of rows, then a step that goes on. */
    private void compareOn(Graph graph, int run) {
        assumeTrue(device().images(), "the device does not say that it does what images need");
        float[] matrix = new float[60 * WIDTH];
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < matrix.length; i++) {
            matrix[i] = (float) random.nextGaussian();
        }
        List<List<float[]>> results = new ArrayList<>();
        for (Device each : List.of(device(), oracle())) {
            try (DeviceRun step = new DeviceRun(each, graph, weights, TensorType.F32)) {
                List<float[]> rows = new ArrayList<>();
                fill(step, matrix, TABLE, 0, 4, 17, run);
                fill(step, matrix, new int[] {62, 60, 58, 56}, 0, 0, 12, run);
                rows.add(step.run("y"));
                fill(step, matrix, TABLE, 24, 0, 8, run);
                rows.add(step.run("y"));
                results.add(rows);
            }
        }
        for (int i = 0; i < 2; i++) {
            assertClose(results.get(1).get(i), results.get(0).get(i), FLOATS, graph.nodes().getLast().op() + " step " + i);
        }
    }

    /** Tokens by id, then {@code count} rows in spans of six, the last one of what is left, then a token by id {@code run} times. */
    private static void fill(DeviceRun step, float[] matrix, int[] table, int from, int before, int count, int run) {
        var inputs = step.inputs();
        inputs.embeddings(MemorySegment.ofArray(matrix), WIDTH);
        inputs.beginSequence(table, -1);
        for (int i = 0; i < before; i++) {
            inputs.addToken(i, from + i, false);
        }
        int first = from + before;
        for (int i = 0; i < count; i++) {
            inputs.addToken(-1 - (from + i), first + i, i % 2 == 0);
            inputs.axes(from + before, i / 3, i % 3);
            inputs.span(first + i / 6 * 6, Math.min(first + i / 6 * 6 + 5, first + count - 1));
        }
        for (int i = 0; i < run; i++) {
            inputs.addToken(i, first + count + i, i == 0);
        }
    }
}
