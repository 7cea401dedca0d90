package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.runtime.plugin.dialect.JsonText;
import dev.runtime.plugin.dialect.testkit.Fixture;
import dev.runtime.plugin.dialect.testkit.FixtureRun;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of the OpenAI, Responses and Anthropic dialects on the image over sockets: the fixtures of the dialects with the same
 * scripted engine behind them, which a plug-in brings, and those of {@code dialect-rows.json} with the demo model.
 */
@TestInstance(Lifecycle.PER_CLASS)
class DialectRowsTests {
    /** The clock of fixtures; that of the image runs. */
    private static final long NOW = 1_755_800_000;
    /** What a model elsewhere cannot be asked for, and the list of a store with other models. */
    private static final Set<String> OTHERS = Set.of("count.json", "models.json", "rerank.json", "tokens.json");

    private final Map<Boolean, Image.Server> servers = new HashMap<>();
    private Path home;

    @BeforeAll
    void stage(@TempDir Path folder) throws IOException {
        home = folder;
        StagePlugin.install(home);
    }

    @AfterAll
    void stop() {
        servers.values().forEach(Image.Server::close);
    }

    @TestFactory
    Stream<DynamicTest> openAi() throws IOException {
        return fixtures("plugins/dialect-openai/src/test/resources/fixtures").map(each -> DynamicTest.dynamicTest(each.title(), () -> scripted(each)));
    }

    @TestFactory
    Stream<DynamicTest> anthropic() throws IOException {
        return fixtures("plugins/dialect-anthropic/src/test/resources/fixtures").map(each -> DynamicTest.dynamicTest(each.title(), () -> scripted(each)));
    }

    @TestFactory
    Stream<DynamicTest> withTheDemoModel() throws IOException {
        return Fixture.readAll(Image.repository().resolve("distribution/src/test/resources/dialect-rows")).stream()
                .map(each -> DynamicTest.dynamicTest(each.title(), () -> FixtureRun.check(each, send(server(false), each), List.of())));
    }

    private static Stream<Fixture> fixtures(String folder) throws IOException {
        return Fixture.readAll(Image.repository().resolve(folder)).stream()
                .filter(each -> !OTHERS.contains(each.file()) && !each.has("from") && !each.has("store"));
    }

    private void scripted(Fixture fixture) throws IOException {
        Image.Server server = server(fixture.has("strict"));
        assertEquals(200, server.post("/stage", JsonText.text(fixture.values())).statusCode());
        FixtureRun.Reply reply = send(server, fixture);
        List<?> asked = Fixture.list(Fixture.object(json(server.get("/stage").body())).get("asked"));
        Map<String, Object> values = new LinkedHashMap<>(Fixture.object(running(fixture.values())));
        if (loads(fixture)) {
            // the engine of a model elsewhere is not asked to load it
            values.remove("asked");
        }
        FixtureRun.check(new Fixture(fixture.file(), values), reply, asked);
    }

    private static boolean loads(Fixture fixture) {
        return fixture.has("asked") && Fixture.list(fixture.value("asked")).stream().anyMatch(each -> "load".equals(Fixture.object(each).get("call")));
    }

    private Image.Server server(boolean strict) {
        return servers.computeIfAbsent(strict, this::serve);
    }

    private Image.Server serve(boolean strict) {
        try {
            return StagePlugin.serve(home, strict ? Map.of("RUNTIME_STRICT", "true") : Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static FixtureRun.Reply send(Image.Server server, Fixture fixture) throws IOException {
        String[] request = fixture.text("request", "").split(" ");
        String body = fixture.has("body") ? JsonText.text(fixture.value("body")) : fixture.text("text", "");
        Map<String, String> headers = new HashMap<>();
        Fixture.object(fixture.values().getOrDefault("headers", Map.of())).forEach((name, value) -> headers.put(name, (String) value));
        RawHttp.Reply reply = RawHttp.send(server.base(), request[0], request[1], headers, body.getBytes(StandardCharsets.UTF_8));
        String type = reply.headers().getOrDefault("content-type", "");
        return new FixtureRun.Reply(reply.status(), type, reply.headers(), reply.body(), type.startsWith("text/event-stream") ? events(reply.body()) : List.of());
    }

    /** Events that were flushed one by one may come in one chunk. */
    private static List<String> events(String body) {
        return Pattern.compile("(?s).*?\n\n|.+$").matcher(body).results().map(MatchResult::group).toList();
    }

    /** The same values, but for moments: any number of seconds will do. */
    private static Object running(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<Object, Object> other = new LinkedHashMap<>();
                map.forEach((key, each) -> other.put(key, running(each)));
                yield other;
            }
            case List<?> list -> {
                List<Object> other = new ArrayList<>();
                list.forEach(each -> other.add(running(each)));
                yield other;
            }
            case Long number when number == NOW -> "@~\\d{10}";
            case null, default -> value;
        };
    }

    private static Object json(String text) {
        return Fixture.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }
}
