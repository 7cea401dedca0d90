package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.testkit.ScriptedInference;
import dev.runtime.plugin.dialect.testkit.Fixture;
import dev.runtime.plugin.dialect.testkit.FixtureRun;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Requests and replies of {@code src/test/resources/fixtures} against the dialect with a scripted engine. */
class AnthropicFixturesTests {
    @TestFactory
    Stream<DynamicTest> fixtures() throws IOException {
        return Fixture.readAll().stream().map(f -> DynamicTest.dynamicTest(f.title(), () -> run(f)));
    }

    private static void run(Fixture fixture) throws Exception {
        ScriptedInference inference = new ScriptedInference().plays(fixture.script());
        if (fixture.has("failure")) {
            inference.fails(fixture.failure());
        }
        FixtureRun.run(fixture, new AnthropicEndpoint(), FixtureRun.store(), inference);
    }
}
