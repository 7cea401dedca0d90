package dev.runtime.backend.cpu.ffi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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

/** The advice reaches the mapping, as the system itself says, and changes no byte. */
final class HugePagesTests {
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
            assertTrue(HugePages.advise(mapped.asSlice(5000, 2 << 20)));
            assertEquals(1, marked(file));
            assertArrayEquals(content, mapped.toArray(ValueLayout.JAVA_BYTE));
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
