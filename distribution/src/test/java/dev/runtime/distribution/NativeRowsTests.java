package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The native API's contract, row by row of {@code native-rows.json}, against the image over sockets. */
@TestInstance(Lifecycle.PER_CLASS)
class NativeRowsTests {
    private static final List<String> METHODS = List.of("get", "head", "post", "delete", "options");

    private final Map<Map<String, String>, Image.Server> servers = new HashMap<>();
    private Path home;

    @BeforeAll
    void store(@TempDir Path folder) throws IOException {
        home = folder;
        WrittenStore store = WrittenStore.in(home);
        store.model("plain", WrittenStore.golden("llama"), Map.of());
        store.model("bert", WrittenStore.golden("bert"), Map.of());
        store.model("tuned", WrittenStore.golden("llama"), Map.of("params", "{\"seed\":42,\"top_p\":0.9,\"stop\":[\"foo\",\"bar\"]}"));
    }

    @AfterAll
    void stop() {
        servers.values().forEach(Image.Server::close);
    }

    @TestFactory
    Stream<DynamicTest> rows() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/native-rows.json")) {
            List<JsonNode> rows = JsonMapper.shared().readTree(in).get("rows").valueStream().toList();
            return rows.stream().map(row -> DynamicTest.dynamicTest(row.get("id").asString(), () -> run(row)));
        }
    }

    private void run(JsonNode row) throws IOException {
        Map<String, String> environment = texts(row.path("env"));
        Image.Server server = servers.computeIfAbsent(environment, this::serve);
        for (JsonNode request : row.get("requests")) {
            String method = METHODS.stream().filter(request::has).findFirst().orElseThrow();
            byte[] body = request.has("json") ? request.get("json").toString().replace("${long}", "word ".repeat(3000)).getBytes(StandardCharsets.UTF_8)
                    : request.path("text").asString("").getBytes(StandardCharsets.UTF_8);
            String path = request.get(method).asString();
            RawHttp.Reply reply = RawHttp.send(server.base(), method.toUpperCase(java.util.Locale.ROOT), path, texts(request.path("headers")), body);
            check(method + " " + path + " answered " + reply.status() + " " + reply.body(), request, reply);
        }
    }

    private Image.Server serve(Map<String, String> environment) {
        try {
            return Image.serve(home, environment);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(String what, JsonNode wanted, RawHttp.Reply reply) {
        assertEquals(wanted.get("status").asInt(), reply.status(), what);
        if (wanted.has("type")) {
            assertTrue(reply.headers().getOrDefault("content-type", "").startsWith(wanted.get("type").asString()), what + reply.headers());
        }
        if (wanted.has("body")) {
            assertEquals(wanted.get("body").asString(), reply.body(), what);
        }
        if (wanted.has("lacksText")) {
            assertTrue(!reply.body().contains(wanted.get("lacksText").asString()), what);
        }
        if (wanted.has("hasText")) {
            assertTrue(reply.body().contains(wanted.get("hasText").asString()), what);
        }
        texts(wanted.path("replyHeaders")).forEach((name, value) -> assertEquals(value, reply.headers().get(name), what + reply.headers()));
        if (wanted.has("error")) {
            assertEquals(wanted.get("error").asString(), JsonMapper.shared().readTree(reply.body()).path("error").asString(""), what);
        }
        if (wanted.has("errorHas")) {
            assertTrue(JsonMapper.shared().readTree(reply.body()).path("error").asString("").contains(wanted.get("errorHas").asString()), what);
        }
        if (wanted.has("has") || wanted.has("like") || wanted.has("lacks")) {
            object(what, wanted, JsonMapper.shared().readTree(reply.body()));
        }
        List<JsonNode> lines = wanted.has("first") || wanted.has("last") || wanted.has("every")
                ? reply.body().lines().map(JsonMapper.shared()::readTree).toList() : List.of();
        lines.stream().limit(1).forEach(line -> object(what, wanted.path("first"), line));
        lines.forEach(line -> object(what, wanted.path("every"), line));
        lines.stream().skip(Math.max(0, lines.size() - 1)).forEach(line -> object(what, wanted.path("last"), line));
    }

    /** Checks an object; a pointer's steps are divided by slashes, and keys may have points. */
    private static void object(String what, JsonNode wanted, JsonNode actual) {
        wanted.path("has").properties().forEach(e -> assertEquals(e.getValue(), actual.at(e.getKey()), what + " at " + e.getKey()));
        wanted.path("like").properties().forEach(e -> {
            JsonNode value = actual.at(e.getKey());
            String text = value.isString() ? value.asString() : value.toString();
            assertTrue(!value.isMissingNode() && text.matches(e.getValue().asString()), what + " at " + e.getKey());
        });
        wanted.path("lacks").forEach(pointer -> assertTrue(actual.at(pointer.asString()).isMissingNode(), what + " at " + pointer));
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asString()));
        return texts;
    }
}
