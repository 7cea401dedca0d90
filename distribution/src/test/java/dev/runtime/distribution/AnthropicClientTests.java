package dev.runtime.distribution;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real client library of the npm registry, unmodified, against the image. */
class AnthropicClientTests {
    @TempDir
    static Path home;

    private static NpmClient client;

    @BeforeAll
    static void install() throws IOException {
        client = NpmClient.install(home, "anthropic");
        StagePlugin.install(home);
    }

    @Test
    void theJavaScriptClientWorksUnmodified() throws IOException {
        try (Image.Server server = Image.serve(home)) {
            client.run("exercise.mjs", server);
        }
    }

    @Test
    void failuresHaveTheLibrarysClasses() throws IOException {
        try (Image.Server server = StagePlugin.serve(home, StagePlugin.ONE_PLACE)) {
            client.run("failures.mjs", server);
        }
    }
}
