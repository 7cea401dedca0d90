package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.WeightSource;
import dev.runtime.api.graph.Weight;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.backend.cpu.ffi.LatePages;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mapped weights are read in slices when they are asked for, once, and not where they have no room. */
final class ReadAheadTests {
    private static final long SLICE = 8L << 20;
    private static final Weight WEIGHT = Weight.of(new TensorInfo("w", TensorType.F32, new long[] {1024, 5000}));

    @TempDir
    Path folder;

    @Test
    void every_byte_is_told_once() throws IOException {
        List<Long> told = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            WeightMemory memory = memory(arena, told, List.of(WEIGHT));
            memory.table(WEIGHT);
            memory.matrix(WEIGHT);
            memory.readAhead();
        }
        assertEquals(List.of(SLICE, SLICE, 20_480_000 - 2 * SLICE), told);
    }

    @Test
    void rows_of_a_table_wait_for_a_step() throws IOException {
        List<Long> told = new ArrayList<>();
        try (Arena arena = Arena.ofShared()) {
            WeightMemory memory = memory(arena, told, List.of(WEIGHT));
            memory.table(WEIGHT);
            memory.readAhead();
        }
        assertEquals(List.of(20_480_000L), told);
    }

    @Test
    void a_load_ends_within_a_slice() throws IOException {
        RuntimeFailure cancelled = new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "request canceled");
        try (Arena arena = Arena.ofShared()) {
            WeightSource source = source(arena, bytes -> {
                throw cancelled;
            });
            WeightMemory memory = new WeightMemory(source, arena, new WeightCopies(KernelChoice.best()), List.of(WEIGHT));
            memory.matrix(WEIGHT);
            assertSame(cancelled, assertThrows(RuntimeFailure.class, memory::readAhead));
        }
    }

    @Test
    void nothing_is_read_that_has_no_room() throws IOException {
        List<Long> told = new ArrayList<>();
        Weight other = Weight.of(new TensorInfo("other", TensorType.F32, new long[] {1024, HostMemory.totalBytes() / 4096}));
        try (Arena arena = Arena.ofShared()) {
            WeightMemory memory = memory(arena, told, List.of(WEIGHT, other));
            memory.matrix(WEIGHT);
            memory.readAhead();
        }
        assertEquals(List.of(), told);
    }

    @Test
    void promised_memory_is_not_free() {
        long promised = HostMemory.freeBytes() / 2;
        try (Arena arena = Arena.ofShared(); LatePages pages = new LatePages(arena, promised, () -> true)) {
            assertEquals(promised, pages.memory().byteSize());
            // others take and give meanwhile, but not so much
            assertTrue(HostMemory.freeBytes() < promised + promised / 2);
        }
    }

    private WeightMemory memory(Arena arena, List<Long> told, List<Weight> weights) throws IOException {
        return new WeightMemory(source(arena, told::add), arena, new WeightCopies(KernelChoice.best()), weights);
    }

    private interface Progress {
        void read(long bytes);
    }

    private WeightSource source(Arena arena, Progress progress) throws IOException {
        try (FileChannel channel = FileChannel.open(folder.resolve("weights.bin"), StandardOpenOption.CREATE, StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(MapMode.READ_WRITE, 0, WEIGHT.tensor().bytes(), arena);
            return new WeightSource() {
                @Override
                public MemorySegment data(TensorInfo tensor) {
                    return mapped;
                }

                @Override
                public void progress(long bytes) {
                    progress.read(bytes);
                }
            };
        }
    }
}
