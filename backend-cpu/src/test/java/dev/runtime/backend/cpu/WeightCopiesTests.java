package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.testkit.WeightFixture;
import dev.runtime.backend.cpu.ffi.LockedMemory;
import dev.runtime.backend.cpu.kernels.KernelRun;
import dev.runtime.backend.cpu.kernels.Kernels;
import dev.runtime.backend.cpu.kernels.Matrix;
import dev.runtime.backend.cpu.kernels.RowBuffers;
import dev.runtime.backend.cpu.memory.Memory;
import dev.runtime.backend.cpu.threads.WorkerPool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A product is the same to the bit from the mapping, from rows that are read, and from a copy; with one column and with many, whatever the
 * last rows are.
 */
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
        try (Arena arena = Arena.ofShared()) {
            MemorySegment rows = Memory.allocate(arena, data.byteSize()).copyFrom(data);
            Matrix mapped = new Matrix(type, rows.address(), WIDTH, ROWS, type.bytes(WIDTH));
            RowBuffers buffers = new RowBuffers(arena, 2);
            float[] one = KernelRun.product(kernels, mapped, 1, buffers);
            float[] many = KernelRun.product(kernels, mapped, COLUMNS, buffers);
            // what is not read from the source is zero
            Matrix matrix = new Matrix(type, Memory.allocate(arena, data.byteSize()).address(), WIDTH, ROWS, type.bytes(WIDTH));
            WeightCopies copies = new WeightCopies(kernels);
            copies.add(matrix, Optional.of((offset, target) -> MemorySegment.copy(data, offset, target, 0, target.byteSize())));
            copies.allocate(arena, buffers);
            assertArrayEquals(one, KernelRun.product(kernels, matrix, 1, buffers));
            assertArrayEquals(many, KernelRun.product(kernels, matrix, COLUMNS, buffers));
            while (copies.left()) {
                assertEquals(0, matrix.packed());
                copies.advance(pool, 2);
            }
            assertArrayEquals(one, KernelRun.product(kernels, matrix, 1, buffers));
            assertArrayEquals(many, KernelRun.product(kernels, matrix, COLUMNS, buffers));
        } finally {
            pool.release();
        }
    }

    @Test
    void weights_are_mapped_part_by_part_until_there_is_a_copy() {
        Kernels kernels = KernelChoice.inC("").orElse(null);
        assumeTrue(kernels != null && kernels.packedBytes(TensorType.Q4_K, 256, 16) > 0, "kernels that like copies");
        WorkerPool pool = new WorkerPool(1);
        try (Arena arena = Arena.ofConfined()) {
            List<Matrix> matrices = new ArrayList<>();
            WeightCopies copies = new WeightCopies(kernels);
            for (int i = 0; i < 5; i++) {
                matrices.add(new Matrix(TensorType.Q4_K, arena.allocate(16 * 144, 64).address(), 256, 16, 144));
                copies.add(matrices.get(i), Optional.of((_, target) -> target.fill((byte) 0)));
            }
            copies.allocate(arena, new RowBuffers(arena, 1));
            assertEquals(List.of(true, true, true, true, true), read(matrices));
            copies.advance(pool, 1);
            assertEquals(List.of(false, true, true, true, true), read(matrices));
            copies.map(0, 2);
            assertEquals(List.of(false, false, true, true, true), read(matrices));
            copies.map(1, 2);
            assertEquals(List.of(false, false, false, false, false), read(matrices));
        }
    }

    private static List<Boolean> read(List<Matrix> matrices) {
        return matrices.stream().map(matrix -> matrix.source() != null).toList();
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
            copies.add(new Matrix(TensorType.Q4_K, rows.address(), WIDTH, ROWS, TensorType.Q4_K.bytes(WIDTH)), Optional.empty());
            copies.allocate(arena, new RowBuffers(arena, 1));
            assertTrue(copies.lock(memory));
            while (copies.left()) {
                copies.advance(pool, 1);
            }
            assertEquals(copies.bytes(), LockedBytes.now() - before, 3 * 4096);
        }
        assertEquals(before, LockedBytes.now());
    }
}
