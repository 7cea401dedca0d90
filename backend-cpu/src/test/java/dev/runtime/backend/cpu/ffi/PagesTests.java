package dev.runtime.backend.cpu.ffi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The advice reaches the mapping, as the system itself says, and changes no byte; memory in large pages is memory. */
final class PagesTests {
    private static final Path MAPS = Path.of("/proc/self/smaps");
    private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");

    @Test
    void the_pages_of_a_part_are_marked_and_keep_their_bytes(@TempDir Path folder) throws IOException {
        assumeTrue(Files.isReadable(MAPS) && Files.exists(SETTING), "a Linux with transparent huge pages");
        byte[] content = new byte[3 << 20];
        new Random(7).nextBytes(content);
        Path file = Files.write(folder.resolve("weights.bin"), content);
        try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(file)) {
            MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, content.length, arena);
            assertEquals(0, marked(file));
            assertTrue(Pages.advise(mapped.asSlice(5000, 2 << 20)));
            assertEquals(1, marked(file));
            assertArrayEquals(content, mapped.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void pages_that_were_let_go_come_back_from_the_file(@TempDir Path folder) throws IOException {
        byte[] content = new byte[3 << 20];
        new Random(8).nextBytes(content);
        Path file = Files.write(folder.resolve("weights.bin"), content);
        try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(file)) {
            MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, content.length, arena);
            assertArrayEquals(content, mapped.toArray(ValueLayout.JAVA_BYTE));
            Pages.release(mapped.address() + 5000, 2 << 20);
            assertArrayEquals(content, mapped.toArray(ValueLayout.JAVA_BYTE));
        }
    }

    @Test
    void what_was_just_written_is_cached(@TempDir Path folder) throws IOException {
        assumeTrue(Files.isReadable(MAPS), "a Linux");
        Path file = Files.write(folder.resolve("weights.bin"), new byte[3 << 20]);
        try (Arena arena = Arena.ofConfined(); FileChannel channel = FileChannel.open(file)) {
            MemorySegment mapped = channel.map(MapMode.READ_ONLY, 0, 3 << 20, arena);
            assertTrue(Pages.cached(mapped.address() + 5000, 2 << 20));
            // nothing is mapped there
            assertFalse(Pages.cached(4096, 4096));
        }
    }

    @Test
    void new_memory_is_zero_and_can_be_written_to_its_last_byte() {
        for (long bytes : new long[] {64, 5000, (2 << 20) - 1, 2 << 20, (5 << 20) + 77}) {
            try (Arena arena = Arena.ofConfined()) {
                MemorySegment memory = Pages.allocate(arena, bytes);
                assertEquals(0, memory.address() % 64);
                assertEquals(-1, memory.mismatch(arena.allocate(bytes)));
                memory.set(ValueLayout.JAVA_BYTE, bytes / 2, (byte) 2);
                Pages.enlarge(memory);
                Pages.populate(memory.address(), bytes);
                assertEquals(2, memory.get(ValueLayout.JAVA_BYTE, bytes / 2));
                assertEquals(bytes / 2, memory.mismatch(arena.allocate(bytes)));
                memory.fill((byte) 3);
                assertEquals(3, memory.get(ValueLayout.JAVA_BYTE, bytes - 1));
            }
        }
    }

    /** Counts the mappings of a file that are marked for huge pages. */
    private static long marked(Path file) throws IOException {
        List<String> lines = Files.readAllLines(MAPS);
        String mapping = "";
        long count = 0;
        for (String line : lines) {
            if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
                mapping = line;
            } else if (line.startsWith("VmFlags:") && line.contains(" hg") && mapping.endsWith(file.toString())) {
                count++;
            }
        }
        return count;
    }
}
