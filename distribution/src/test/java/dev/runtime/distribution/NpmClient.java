package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs under {@code src/test/clients} that use a client library as its users do. */
final class NpmClient {
    private NpmClient() {}

    /** Installs the program's library in a folder and runs the program against a server of its own. */
    static void exercise(Path home, String program) throws IOException {
        assumeTrue(Image.onPath("npm") && Image.onPath("node"), "npm and node are not installed");
        Path client = home.resolve("client");
        Files.createDirectories(client);
        for (String file : List.of("package.json", "exercise.mjs")) {
            Files.copy(Image.repository().resolve("distribution/src/test/clients").resolve(program).resolve(file), client.resolve(file));
        }
        Image.program(client, List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"));
        try (Image.Server server = Image.serve(home)) {
            String output = Image.program(client, List.of("node", "exercise.mjs", server.base().toString()));
            assertTrue(output.contains("all passed"), output);
        }
    }
}
