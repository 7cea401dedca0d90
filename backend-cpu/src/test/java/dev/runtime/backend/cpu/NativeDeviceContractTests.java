package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.api.backend.Device;
import dev.runtime.api.graph.GraphBuilder;
import dev.runtime.api.graph.Op;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.BackendContractTests;
import dev.runtime.api.testkit.DeviceRun;
import dev.runtime.api.testkit.WeightFixture;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The native kernels against the reference. The system property {@code test.native.level} asks for a lower level of them. */
class NativeDeviceContractTests extends BackendContractTests {
    private static final String LEVEL = System.getProperty("test.native.level", "");
    private static final Device SCALAR = CpuBackend.scalar();
    private static Device fast;

    @BeforeAll
    static void open() {
        var kernels = KernelChoice.inC(LEVEL);
        Assumptions.assumeTrue(kernels.isPresent(), "no native kernels: there was no C compiler");
        fast = CpuBackend.fast(kernels.orElseThrow());
    }

    @Override
    protected Device device() {
        return fast;
    }

    @Override
    protected Device oracle() {
        return SCALAR;
    }

    /** Streamed rows, tiles of all widths and their rests compute the same. */
    @ParameterizedTest
    @EnumSource(names = {"F32", "F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K",
        "IQ4_NL", "IQ4_XS", "MXFP4"})
    void productsAreTheSameToTheBitWithAnyNumberOfColumns(TensorType type) {
        int in = type.blockSize() == 1 ? 1_031 : 1_024 + 3 * type.blockSize();
        int out = 67;
        WeightFixture weights = new WeightFixture(12);
        GraphBuilder b = new GraphBuilder();
        b.output("y", b.linear(b.embed(weights.matrix(TensorType.F32, in, 1), Op.Index.TOKEN, 1), weights.matrix(type, in, out)));
        float[] x = new float[in * 43];
        SplittableRandom random = new SplittableRandom(13);
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextGaussian();
        }
        try (DeviceRun run = new DeviceRun(fast, b.build(), weights, TensorType.F32)) {
            int[] table = IntStream.range(0, 32).toArray();
            float[] all = run.rows(x).sequence(table, -1, 0, IntStream.range(0, 43).map(i -> -1 - i).toArray()).run("y");
            for (int count : new int[] {1, 2, 3, 4, 7, 13, 16, 25}) {
                float[] some = run.rows(x).sequence(table, -1, 0, IntStream.range(0, count).map(i -> -1 - i).toArray()).run("y");
                assertArrayEquals(Arrays.copyOf(all, count * out), some, count + " columns");
            }
        }
    }

    @Test
    void saysThatNativeKernelsAreUsed() {
        assertEquals("native", fast.info().features().getFirst());
    }
}
