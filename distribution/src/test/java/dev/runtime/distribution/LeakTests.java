package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Loads and unloads of the demo model on Vulkan, and requests to it, leave no memory behind: on the device to the byte, in the process within
 * the noise. A short sample here, 1,000 loads and 10,000 requests in the profile {@code leak}.
 */
class LeakTests {
    private static final String EXPORT = "dev.runtime.backend.vulkan/dev.runtime.backend.vulkan=org.example.leaks";
    private static final Pattern LINE = Pattern.compile("(.*): (\\d+) (\\d+) of (\\d+)");
    private static final int LOADS = Integer.getInteger("leak.loads", 20);
    private static final int REQUESTS = Integer.getInteger("leak.requests", 100);
    /** What a load may add to the process at most, while code is compiled and caches fill, and in the long run. */
    private static final long START = 64L << 20;
    private static final long A_LOAD = 16L << 10;

    @TempDir
    Path home;

    /** Least and most bytes on the device, or the process's memory at first and at last. */
    private record Measured(long first, long last) {}

    @Test
    void loadsAndRequestsLeaveNothing() {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "the memory of a process is read as Linux tells it");
        Path source = Image.repository().resolve("distribution/src/test/leaks");
        int status = ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err, "-d", home.resolve("classes").toString(),
                "-p", Image.dir().resolveSibling("modules").toString(), "--add-exports", EXPORT, source.resolve("module-info.java").toString(),
                source.resolve("org/example/leaks/Main.java").toString());
        assertEquals(0, status);
        String output = Image.program(home, List.of(Image.dir().resolve("bin/java").toString(), "-Xmx128m", "-Duser.home=" + home,
                "--add-exports", EXPORT, "-p", home.resolve("classes").toString(), "-m", "org.example.leaks/org.example.leaks.Main",
                Image.dir().toString(), Integer.toString(LOADS), Integer.toString(REQUESTS)), Duration.ofHours(1));
        assumeFalse(output.lines().anyMatch("no device"::equals), "Vulkan finds no device (Debian: libvulkan1, mesa-vulkan-drivers)");
        System.out.print(output);
        Map<String, Measured> measured = new TreeMap<>();
        Matcher lines = LINE.matcher(output);
        while (lines.find()) {
            measured.put(lines.group(1), new Measured(Long.parseLong(lines.group(2)), Long.parseLong(lines.group(3))));
        }
        assertEquals(5, measured.size(), output);
        Measured loaded = measured.get("loads, bytes held");
        assertTrue(loaded.first() > 0 && loaded.first() == loaded.last(), output);
        assertEquals(new Measured(0, 0), measured.get("loads, bytes left"), output);
        assertEquals(new Measured(loaded.first(), loaded.first()), measured.get("requests, bytes held"), output);
        for (String what : List.of("loads, resident", "requests, resident")) {
            long grown = measured.get(what).last() - measured.get(what).first();
            assertTrue(grown < START + A_LOAD * LOADS, what + " grew by " + grown + "\n" + output);
        }
    }
}
