package dev.runtime.distribution;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real client library of the npm registry, unmodified, against the image. */
class OpenAiClientTests {
    @TempDir
    static Path home;

    private static NpmClient client;

    @BeforeAll
    static void install() throws IOException {
        client = NpmClient.install(home, "openai");
        StagePlugin.install(home);
        WrittenStore.in(home).model("qwen3-embedding", WrittenStore.golden("qwen3-embedding"), Map.of());
    }

    @Test
    void theJavaScriptClientWorksUnmodified() throws IOException {
        try (Image.Server server = Image.serve(home)) {
            client.run("exercise.mjs", server, Image.repository().resolve("distribution/src/test/resources/embeddings.json").toString());
        }
    }

    @Test
    void failuresHaveTheLibrarysClasses() throws IOException {
        try (Image.Server server = StagePlugin.serve(home, StagePlugin.ONE_PLACE)) {
            client.run("failures.mjs", server);
        }
    }
}
