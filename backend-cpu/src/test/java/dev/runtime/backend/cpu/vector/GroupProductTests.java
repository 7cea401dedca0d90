package dev.runtime.backend.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.WeightFixture;
import dev.runtime.backend.cpu.kernels.KernelRun;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.kernels.RowBuffers;
import dev.runtime.backend.cpu.memory.Memory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Packed groups give what rows in the file's order give, but for float rounding: of less than a strip of columns, of some, and with a rest. */
class GroupProductTests {
    private static final int COLUMNS = 3;

    private final VectorKernels kernels = new VectorKernels();

    @ParameterizedTest
    @CsvSource({"Q4_0, 32", "Q4_0, 512", "Q4_0, 544", "Q4_0, 1504", "Q8_0, 32", "Q8_0, 96", "Q8_0, 1056", "Q4_K, 256", "Q4_K, 512", "Q4_K, 1280",
        "Q6_K, 256", "Q6_K, 768"})
    void giveWhatRowsGive(TensorType type, int width) {
        int rows = 2 * Lanes.ROWS + 5;
        WeightFixture fixture = new WeightFixture(width);
        MemorySegment weights = fixture.data(fixture.matrix(type, width, rows).tensor());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment data = Memory.allocate(arena, weights.byteSize()).copyFrom(weights);
            Matrix plain = new Matrix(type, data.address(), width, rows, type.bytes(width));
            Matrix packed = new Matrix(type, data.address(), width, rows, type.bytes(width));
            long copy = Memory.allocate(arena, kernels.packedBytes(type, width, rows)).address();
            kernels.pack(packed, 0, rows / Lanes.ROWS * Lanes.ROWS, copy);
            packed.packed(copy);
            RowBuffers buffers = new RowBuffers(arena, 1);
            for (int columns = 1; columns <= COLUMNS; columns++) {
                float[] expected = KernelRun.product(kernels, plain, columns, buffers);
                float[] actual = KernelRun.product(kernels, packed, columns, buffers);
                double error = 0;
                double size = 0;
                for (int i = 0; i < expected.length; i++) {
                    error += Math.pow(actual[i] - expected[i], 2);
                    size += Math.pow(expected[i], 2);
                }
                assertTrue(error <= 1e-12 * size, columns + " columns: " + error / size);
            }
        }
    }
}
