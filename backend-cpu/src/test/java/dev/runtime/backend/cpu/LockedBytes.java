package dev.runtime.backend.cpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the system says about this process. */
final class LockedBytes {
    private static final Path STATUS = Path.of("/proc/self/status");

    private LockedBytes() {}

    /** Returns the bytes of this process that are locked in memory. */
    static long now() throws IOException {
        assumeTrue(Files.isReadable(STATUS), "a system that tells what is locked");
        return Files.readAllLines(STATUS).stream().filter(line -> line.startsWith("VmLck:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElseThrow();
    }
}
