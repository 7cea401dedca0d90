package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.WeightFixture;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Products with few columns and with many take different kernels, but the same rounded inputs: they differ by float rounding only. */
class ManyColumnsTests {
    private static final int WIDTH = 768;

    private static final int[] TABLE = IntStream.range(0, 20).toArray();

    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "Q8_0", "Q4_0", "Q4_K", "Q6_K", "Q5_K"})
    void giveTheSame(TensorType type) {
        WeightFixture weights = new WeightFixture(3);
        GraphBuilder b = new GraphBuilder();
        b.output("y", b.linear(b.embed(weights.matrix(TensorType.F32, WIDTH, 1), Op.Index.TOKEN, 1), weights.matrix(type, WIDTH, 75)));
        Graph graph = b.build();
        SplittableRandom random = new SplittableRandom(4);
        float[] x = new float[40 * WIDTH];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        int[] ids = IntStream.range(0, 40).map(i -> -1 - i).toArray();
        try (DeviceRun run = new DeviceRun(CpuBackend.fast(KernelChoice.inJava()), graph, weights, TensorType.F32)) {
            float[] many = run.rows(x).sequence(TABLE, -1, 0, ids).run("y");
            double error = 0;
            double size = 0;
            for (int t = 0; t < 40; t++) {
                float[] one = run.rows(x).sequence(TABLE, -1, t, ids[t]).run("y");
                for (int o = 0; o < 75; o++) {
                    error += Math.pow(one[o] - many[t * 75 + o], 2);
                    size += one[o] * one[o];
                }
            }
            double normalized = error / size;
            assertTrue(normalized < 1e-12, () -> type + ": " + normalized);
        }
    }
}
