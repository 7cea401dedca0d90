package dev.runtime.distribution;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real client library of the npm registry, unmodified, against the image. */
class OllamaClientTests {
    @TempDir
    Path home;

    @Test
    void theJavaScriptClientWorksUnmodified() throws IOException {
        NpmClient client = NpmClient.install(home, "ollama");
        try (Image.Server server = Image.serve(home)) {
            client.run("exercise.mjs", server);
        }
    }
}
