package dev.runtime.backend.cpu;

import com.sun.management.OperatingSystemMXBean;
import dev.runtime.backend.cpu.ffi.LatePages;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The memory of the host, or of the container around the process. */
final class HostMemory {
    private static final Path MEMINFO = Path.of("/proc/meminfo");
    private static final Path LIMIT = Path.of("/sys/fs/cgroup/memory.max");
    private static final Path USED = Path.of("/sys/fs/cgroup/memory.current");

    private HostMemory() {}

    /** Returns all memory. */
    static long totalBytes() {
        return Math.min(meminfo("MemTotal:", Long.MAX_VALUE), system().getTotalMemorySize());
    }

    /** Returns what can be allocated without pushing out what others use; reclaimable caches count as free, promised pages do not. */
    static long freeBytes() {
        long promised = LatePages.missing();
        return Math.max(0, available() - promised);
    }

    private static long available() {
        long free = meminfo("MemAvailable:", -1);
        if (free < 0) {
            free = system().getFreeMemorySize();
        }
        long limit = number(LIMIT, Long.MAX_VALUE);
        return limit == Long.MAX_VALUE ? free : Math.min(free, Math.max(0, limit - number(USED, 0)));
    }

    private static OperatingSystemMXBean system() {
        return (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    }

    private static long meminfo(String key, long otherwise) {
        try {
            for (String line : Files.readAllLines(MEMINFO)) {
                if (line.startsWith(key)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
                }
            }
            return otherwise;
        } catch (IOException | NumberFormatException e) {
            return otherwise;
        }
    }

    private static long number(Path file, long otherwise) {
        try {
            return Long.parseLong(Files.readString(file).strip());
        } catch (IOException | NumberFormatException e) {
            return otherwise;
        }
    }
}
