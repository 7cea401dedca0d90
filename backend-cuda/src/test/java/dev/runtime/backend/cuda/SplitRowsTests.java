package dev.runtime.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.graph.Value;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.WeightFixture;
import dev.runtime.backend.cpu.CpuBackend;
import dev.runtime.backend.cuda.ops.Tuning;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The other kernels of products along rows give what the oracle gives, whatever the shape, and a column the same beside others. */
class SplitRowsTests {
    private static final double BOUND = 1e-8;
    private static final int ROWS = 37;

    private final WeightFixture weights = new WeightFixture(21);
    private Device split;
    private Device scalar;

    @BeforeEach
    void open() {
        StandIn.open();
        split = new CudaBackend(new Tuning(true)).devices().getFirst();
        scalar = new CpuBackend().devices().stream().filter(device -> device.info().id().equals("cpu-scalar")).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @EnumSource(names = {"Q4_K", "Q6_K"})
    void products(TensorType type) {
        for (int width : new int[] {256, 1024, 4864}) {
            GraphBuilder b = new GraphBuilder();
            Value x = b.embed(weights.matrix(TensorType.F32, width, 50), Op.Index.TOKEN, 3);
            Value y = b.linear(x, weights.matrix(type, width, ROWS));
            b.output("y", b.add(b.linear(x, weights.matrix(type, width, ROWS)), y));
            compare(b.build(), type + " " + width);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"Q4_K", "Q6_K"})
    void stacksOfMatrices(TensorType type) {
        GraphBuilder b = new GraphBuilder();
        b.output("y", b.headLinear(b.embed(weights.matrix(TensorType.F32, 3 * 512, 50), Op.Index.TOKEN, 3), weights.matrix(type, 512, ROWS, 3)));
        compare(b.build(), type + " stack");
    }

    private void compare(Graph graph, String what) {
        float[] alone = {};
        for (int columns = 1; columns <= 8; columns++) {
            float[][] y = new float[2][];
            for (int i = 0; i < 2; i++) {
                try (DeviceRun run = new DeviceRun(i == 0 ? scalar : split, graph, weights, TensorType.F16)) {
                    y[i] = run.sequence(new int[0], -1, 0, IntStream.range(0, columns).toArray()).run("y");
                }
            }
            assertTrue(error(y[0], y[1]) < BOUND, what + ", " + columns + " columns: " + error(y[0], y[1]));
            alone = columns == 1 ? y[1] : alone;
            assertArrayEquals(alone, Arrays.copyOf(y[1], alone.length), what + ", beside " + (columns - 1) + " columns");
        }
    }

    private static double error(float[] expected, float[] actual) {
        double error = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            error += Math.pow((double) expected[i] - actual[i], 2);
            size += Math.pow(expected[i], 2);
        }
        return error / size;
    }
}
