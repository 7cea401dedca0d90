package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;

/** Plug-ins of {@code src/test/plugins}, compiled by the JDK of the test outside the reactor, against the image's modules. */
final class TestPlugin {
    private TestPlugin() {}

    /**
     * Compiles a plug-in and puts its jar into a folder of plug-ins.
     *
     * @param shared further files to compile with it
     */
    static void install(String name, Path work, Path plugins, Path... shared) throws IOException {
        Path source = Image.repository().resolve("distribution/src/test/plugins").resolve(name);
        Path classes = work.resolve(name + "-classes");
        List<String> arguments = new ArrayList<>(List.of("-d", classes.toString(), "-p", Image.dir().resolveSibling("modules").toString()));
        try (Stream<Path> files = Files.walk(source)) {
            files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
        }
        Stream.of(shared).map(Path::toString).forEach(arguments::add);
        run("javac", arguments);
        Path manifest = Files.writeString(work.resolve(name + ".mf"), "Runtime-Spi: [1.0,2.0)\n");
        Files.createDirectories(plugins);
        run("jar", List.of("--create", "--file", plugins.resolve(name + ".jar").toString(), "--manifest", manifest.toString(),
                "-C", classes.toString(), "."));
    }

    private static void run(String tool, List<String> arguments) {
        assertEquals(0, ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, arguments.toArray(String[]::new)), tool);
    }
}
