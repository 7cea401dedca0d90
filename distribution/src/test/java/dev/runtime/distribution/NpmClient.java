package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Programs under {@code src/test/clients} that use a client library as its users do.
 *
 * @param folder where the programs and the library are
 */
record NpmClient(Path folder) {
    /** Copies a folder of programs and installs their library. */
    static NpmClient install(Path home, String client) throws IOException {
        assumeTrue(Image.onPath("npm") && Image.onPath("node"), "npm and node are not installed");
        Path folder = home.resolve("client");
        Files.createDirectories(folder);
        try (Stream<Path> files = Files.list(Image.repository().resolve("distribution/src/test/clients").resolve(client))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
        Image.program(folder, List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"));
        return new NpmClient(folder);
    }

    /** Runs a program against a server; more arguments follow the server's address. */
    void run(String program, Image.Server server, String... more) {
        List<String> command = new ArrayList<>(List.of("node", program, server.base().toString()));
        command.addAll(List.of(more));
        String output = Image.program(folder, command);
        assertTrue(output.contains("all passed"), output);
    }
}
