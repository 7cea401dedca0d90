package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real client library of the npm registry, unmodified, against the image. */
class OllamaClientTests {
    @TempDir
    Path home;

    @Test
    void theJavaScriptClientWorksUnmodified() throws IOException {
        assumeTrue(Image.onPath("npm") && Image.onPath("node"), "npm and node are not installed");
        Path client = home.resolve("client");
        Files.createDirectories(client);
        for (String file : List.of("package.json", "exercise.mjs")) {
            Files.copy(Image.repository().resolve("distribution/src/test/clients/ollama").resolve(file), client.resolve(file));
        }
        Image.program(client, List.of("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock"));
        try (Image.Server server = Image.serve(home)) {
            String output = Image.program(client, List.of("node", "exercise.mjs", server.base().toString()));
            assertTrue(output.contains("all passed"), output);
        }
    }
}
