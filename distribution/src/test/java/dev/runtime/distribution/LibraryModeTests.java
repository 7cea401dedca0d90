package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel inside another program: compiled against the modules, run on the image, nothing left behind after close. */
class LibraryModeTests {
    @TempDir
    Path home;

    @Test
    void aProgramChatsAndLeavesNoThreadAndNoMapping() {
        Path source = Image.repository().resolve("distribution/src/test/library");
        int status = ToolProvider.findFirst("javac").orElseThrow().run(System.out, System.err, "-d", home.resolve("classes").toString(),
                "-p", Image.dir().resolveSibling("modules").toString(), source.resolve("module-info.java").toString(),
                source.resolve("org/example/library/Main.java").toString());
        assertEquals(0, status);
        String output = Image.program(home, List.of(Image.dir().resolve("bin/java").toString(), "--add-modules", "jdk.incubator.vector",
                "-Duser.home=" + home, "-p", home.resolve("classes").toString(), "-m", "org.example.library/org.example.library.Main",
                Image.dir().toString()));
        List<String> lines = output.lines().toList();
        assertTrue(lines.stream().anyMatch(line -> line.startsWith("answer: ") && line.contains("Paris")), output);
        assertTrue(lines.contains("listening: false"), output);
        assertTrue(lines.contains("mapped while open: 1") || lines.contains("mapped while open: -1"), output);
        assertTrue(lines.contains("threads left: []"), output);
        assertTrue(lines.contains("mapped after close: 0") || lines.contains("mapped after close: -1"), output);
    }
}
