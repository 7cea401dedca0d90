package dev.runtime.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real client library of the npm registry, unmodified, against the image. */
class OllamaClientTests {
    @TempDir
    Path home;

    @Test
    void everyMethodOfTheJavaScriptClientWorksUnmodified() throws IOException {
        WrittenStore.in(home).model("bert", WrittenStore.golden("bert"), Map.of());
        NpmClient client = NpmClient.install(home, "ollama");
        try (Image.Server server = Image.serve(home)) {
            if (Image.onPath("docker-registry")) {
                try (DockerRegistry registry = DockerRegistry.start(home)) {
                    client.run("exercise.mjs", server, "127.0.0.1:" + registry.port());
                }
            } else {
                client.run("exercise.mjs", server);
            }
        }
    }
}
