package dev.runtime.kernel.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemMemoryTests {
    @TempDir
    Path folder;

    @Test
    void availableIsWhatTheSystemSays() throws IOException {
        assertEquals(2048L * 1024, new SystemMemory(meminfo(), folder.resolve("none")).available());
    }

    @Test
    void limitOfTheControlGroupCounts() throws IOException {
        Files.writeString(folder.resolve("memory.max"), "1000000\n");
        Files.writeString(folder.resolve("memory.current"), "900000\n");
        assertEquals(100_000, new SystemMemory(meminfo(), folder).available());
        Files.writeString(folder.resolve("memory.stat"), "anon 1\ninactive_file 50000\nactive_file 7\n");
        assertEquals(150_000, new SystemMemory(meminfo(), folder).available(), "file pages can be dropped");
    }

    @Test
    void groupWithoutALimitDoesNotCount() throws IOException {
        Files.writeString(folder.resolve("memory.max"), "max\n");
        Files.writeString(folder.resolve("memory.current"), "900000\n");
        assertEquals(2048L * 1024, new SystemMemory(meminfo(), folder).available());
    }

    @Test
    void findsTheOwnGroup() throws IOException {
        Path list = Files.writeString(folder.resolve("cgroup"), "1:cpu:/x\n0::/user.slice/a\n");
        assertEquals(folder.resolve("user.slice/a"), SystemMemory.ownGroup(list, folder));
        assertEquals(folder, SystemMemory.ownGroup(folder.resolve("none"), folder));
    }

    @Test
    void everyHostHasSome() {
        assertTrue(new SystemMemory().available() > 0);
        assertTrue(new SystemMemory(folder.resolve("none"), folder).available() > 0);
    }

    private Path meminfo() throws IOException {
        return Files.writeString(folder.resolve("meminfo"), "MemTotal:  8192 kB\nMemFree:  10 kB\nMemAvailable:   2048 kB\n");
    }
}
