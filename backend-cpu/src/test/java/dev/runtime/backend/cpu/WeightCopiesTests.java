package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.WeightFixture;
import dev.runtime.backend.cpu.ffi.LockedMemory;
import dev.runtime.backend.cpu.kernels.InputForm;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.threads.WorkerPool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A product is the same to the bit before and after its weight got a copy, with one column and with many, whatever the last rows are. */
final class WeightCopiesTests {
    private static final int WIDTH = 768;
    private static final int ROWS = 301;
    private static final int COLUMNS = 7;

    @ParameterizedTest
    @EnumSource(names = {"Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q2_K", "Q3_K", "Q4_K", "Q5_K", "Q6_K", "IQ4_NL", "IQ4_XS", "MXFP4"})
    void change_no_product(TensorType type) {
        Kernels kernels = KernelChoice.inC("").orElse(null);
        assumeTrue(kernels != null && kernels.packedBytes(type, WIDTH, ROWS) > 0, "kernels that like copies of " + type);
        WeightFixture fixture = new WeightFixture(5);
        Weight weight = fixture.matrix(type, WIDTH, ROWS);
        MemorySegment data = fixture.data(weight.tensor());
        WorkerPool pool = new WorkerPool(2);
        pool.acquire();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment rows = Memory.allocate(arena, data.byteSize()).copyFrom(data);
            Matrix matrix = new Matrix(type, rows.address(), WIDTH, ROWS, type.bytes(WIDTH));
            WeightCopies copies = new WeightCopies(kernels);
            copies.add(matrix, false);
            copies.allocate(arena);
            float[] one = product(kernels, matrix, 1);
            float[] many = product(kernels, matrix, COLUMNS);
            while (copies.left()) {
                assertEquals(0, matrix.packed());
                copies.advance(pool, 2);
            }
            assertArrayEquals(one, product(kernels, matrix, 1));
            assertArrayEquals(many, product(kernels, matrix, COLUMNS));
        } finally {
            pool.release();
        }
    }

    @Test
    void are_locked_in_the_place_of_what_they_were_made_of() throws IOException {
        Kernels kernels = KernelChoice.inC("").orElse(null);
        assumeTrue(kernels != null && kernels.packedBytes(TensorType.Q4_K, WIDTH, ROWS) > 0, "kernels that like copies");
        WeightFixture fixture = new WeightFixture(6);
        Weight weight = fixture.matrix(TensorType.Q4_K, WIDTH, ROWS);
        MemorySegment data = fixture.data(weight.tensor());
        WorkerPool pool = new WorkerPool(1);
        long before = LockedBytes.now();
        try (Arena arena = Arena.ofConfined(); LockedMemory memory = new LockedMemory()) {
            MemorySegment rows = arena.allocate(data.byteSize(), 4096).copyFrom(data);
            assumeTrue(memory.lock(rows.address(), rows.byteSize()), "a limit that allows to lock " + rows.byteSize() + " bytes");
            assertTrue(LockedBytes.now() - before >= rows.byteSize());
            WeightCopies copies = new WeightCopies(kernels);
            copies.add(new Matrix(TensorType.Q4_K, rows.address(), WIDTH, ROWS, TensorType.Q4_K.bytes(WIDTH)), false);
            copies.allocate(arena);
            assertTrue(copies.lock(memory));
            while (copies.left()) {
                copies.advance(pool, 1);
            }
            assertEquals(copies.bytes(), LockedBytes.now() - before, 3 * 4096);
        }
        assertEquals(before, LockedBytes.now());
    }

    private static float[] product(Kernels kernels, Matrix matrix, int columns) {
        try (Arena arena = Arena.ofConfined()) {
            SplittableRandom random = new SplittableRandom(8);
            MemorySegment x = Memory.allocate(arena, 4L * columns * WIDTH);
            for (int i = 0; i < columns * WIDTH; i++) {
                x.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextGaussian());
            }
            InputForm form = kernels.inputForm(matrix.type());
            long prepared = Memory.allocate(arena, kernels.preparedBytes(form, WIDTH, columns)).address();
            for (int part = 0; part < kernels.prepareParts(form, columns); part++) {
                kernels.prepare(form, WIDTH, x.address(), columns, prepared, part);
            }
            MemorySegment y = Memory.allocate(arena, 4L * columns * ROWS);
            long scratch = Memory.allocate(arena, kernels.productScratch(WIDTH, columns)).address();
            kernels.product(matrix, 0, ROWS, x.address(), prepared, columns, y.address(), ROWS, scratch);
            return y.toArray(ValueLayout.JAVA_FLOAT);
        }
    }
}
