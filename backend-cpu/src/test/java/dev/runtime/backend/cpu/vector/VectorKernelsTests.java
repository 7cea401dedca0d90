package dev.runtime.backend.cpu.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.kernels.Matrix;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorKernelsTests {
    @ParameterizedTest
    @CsvSource({"2048, 2048, 1", "2048, 2048, 2", "2048, 8192, 2", "8192, 2048, 2", "2048, 128256, 2", "2048, 2048, 64", "64, 96, 2", "256, 32, 8"})
    void chunksOfStreamedWeightsAreWholeGroupsAndEnoughForAllThreads(int in, int rows, int threads) {
        long rowBytes = in / 32 * 18L;
        int chunk = new VectorKernels().chunkRows(new Matrix(TensorType.Q4_0, 0, in, rows, rowBytes), 1, threads);
        assertTrue(chunk > 0);
        assertEquals(0, chunk % Lanes.ROWS);
        boolean smallest = chunk == Lanes.ROWS;
        assertTrue(smallest || chunk * rowBytes <= 524_288, chunk + " rows");
        assertTrue(smallest || rows / chunk >= 8L * threads, chunk + " rows");
        // and no smaller than that asks for
        long next = chunk + Lanes.ROWS;
        assertTrue(next * rowBytes > 524_288 || rows / next < 8L * threads, chunk + " rows");
    }
}
