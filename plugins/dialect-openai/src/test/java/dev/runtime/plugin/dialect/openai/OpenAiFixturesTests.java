package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.testkit.FakeModels;
import dev.runtime.api.testkit.ScriptedInference;
import dev.runtime.plugin.dialect.testkit.Fixture;
import dev.runtime.plugin.dialect.testkit.FixtureRun;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Requests and replies of {@code src/test/resources/fixtures} against the dialect with a scripted engine. */
class OpenAiFixturesTests {
    private static final Instant NOW = Instant.ofEpochSecond(1_755_800_000);

    @TestFactory
    Stream<DynamicTest> fixtures() throws IOException {
        return Fixture.readAll().stream().map(f -> DynamicTest.dynamicTest(f.title(), () -> run(f)));
    }

    private static void run(Fixture fixture) throws Exception {
        ScriptedInference inference = new ScriptedInference().plays(fixture.script());
        if (fixture.has("failure")) {
            inference.fails(fixture.failure());
        }
        inference.embeds(new EmbedResult(List.of(new float[] {0.1f, -0.2f, 0.3f}), new Usage(8, 0, 0, Duration.ZERO, Duration.ZERO,
                Duration.ZERO, Duration.ZERO, Duration.ZERO), List.of()));
        FakeModels models = fixture.text("store", "").equals("empty") ? new FakeModels() : FixtureRun.store().with("owner/named:8b");
        FixtureRun.run(fixture, new OpenAiEndpoint(InstantSource.fixed(NOW)), models, inference);
    }
}
