package dev.runtime.kernel.schedule;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * The host's free memory: on Linux what {@code /proc/meminfo} calls available, limited by the control group (version 2) of this
 * process; elsewhere what the operating system's bean says.
 */
final class SystemMemory {
    private final Path meminfo;
    private final Path group;

    /** Creates a reader of this host. */
    SystemMemory() {
        this(Path.of("/proc/meminfo"), ownGroup(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup")));
    }

    /** Creates a reader of other files of these forms. */
    SystemMemory(Path meminfo, Path group) {
        this.meminfo = meminfo;
        this.group = group;
    }

    /** Returns the folder of this process' control group: the line {@code 0::/path} of its list, below the mount point. */
    static Path ownGroup(Path list, Path mount) {
        try {
            for (String line : Files.readAllLines(list)) {
                if (line.startsWith("0::/")) {
                    return mount.resolve(line.substring("0::/".length()));
                }
            }
        } catch (IOException e) {
            // not this system
        }
        return mount;
    }

    /** Returns the bytes that programs can have without swapping. */
    long available() {
        OptionalLong kib = line(meminfo, "MemAvailable:");
        if (kib.isEmpty()) {
            return bean();
        }
        long free = kib.getAsLong() * 1024;
        OptionalLong limit = number(group.resolve("memory.max"));
        OptionalLong used = number(group.resolve("memory.current"));
        if (limit.isPresent() && used.isPresent()) {
            // cached file pages count as used, but the kernel drops them before it refuses memory
            long cached = line(group.resolve("memory.stat"), "inactive_file ").orElse(0);
            free = Math.min(free, Math.max(0, limit.getAsLong() - used.getAsLong() + cached));
        }
        return free;
    }

    private static long bean() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? os.getFreeMemorySize() : Long.MAX_VALUE;
    }

    private static OptionalLong number(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    private static OptionalLong line(Path file, String key) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(key)) {
                    return parse(line.substring(key.length()).replace("kB", ""));
                }
            }
        } catch (IOException e) {
            // not this system
        }
        return OptionalLong.empty();
    }

    private static OptionalLong parse(String text) {
        String digits = text.strip();
        return digits.matches("\\d{1,15}") ? OptionalLong.of(Long.parseLong(digits)) : OptionalLong.empty();
    }
}
