package dev.runtime.distribution;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.luben.zstd.Zstd;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
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
    /** How many rows each server has yet to answer; after the last one it ends. */
    private final Map<Map<String, String>, Integer> left = new HashMap<>();
    private Path home;
    private Optional<DockerRegistry> registry = Optional.empty();

    @BeforeAll
    void store(@TempDir Path folder) throws IOException {
        home = folder;
        WrittenStore store = WrittenStore.in(home);
        store.model("plain", WrittenStore.golden("llama"), Map.of());
        store.model("bert", WrittenStore.golden("bert"), Map.of());
        store.model("tuned", WrittenStore.golden("llama"), Map.of("params", "{\"seed\":42,\"top_p\":0.9,\"stop\":[\"foo\",\"bar\"]}"));
        store.model("told", WrittenStore.golden("llama"), Map.of("system", "own words", "template",
                "{{ range .Messages }}[{{ .Role }}: {{ .Content }}]{{ end }}"));
        store.model("inserting", WrittenStore.golden("llama"), Map.of("template",
                "{{ if .Suffix }}<PRE>{{ .Prompt }}<SUF>{{ .Suffix }}<MID>{{ else }}{{ .Prompt }}{{ end }}"));
        store.model("faulty", "{\"parser\":\"faults\"}", Map.of("model", WrittenStore.golden("llama"), "template", "{{ .Prompt }}".getBytes(UTF_8)));
        store.model("painter", "{\"capabilities\":[\"image\"]}", Map.of("model", WrittenStore.golden("llama")));
        store.model("stub", "{\"remote_host\":\"https://host.example:443\",\"remote_model\":\"large\"}", Map.of());
        store.model("seeing", "{}", Map.of("model", picture("gemma3"), "projector", picture("gemma3-mmproj")));
        TestPlugin.install("faults", home, home.resolve("plugins"));
        if (Image.onPath("docker-registry")) {
            registry = Optional.of(DockerRegistry.start(home));
        }
    }

    private byte[] picture(String name) throws IOException {
        try (InputStream in = new GZIPInputStream(getClass().getResourceAsStream("/images/" + name + ".gguf.gz"))) {
            return in.readAllBytes();
        }
    }

    @AfterAll
    void stop() {
        servers.values().forEach(Image.Server::close);
        registry.ifPresent(DockerRegistry::close);
    }

    @TestFactory
    Stream<DynamicTest> rows() throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/native-rows.json")) {
            List<JsonNode> rows = JsonMapper.shared().readTree(in).get("rows").valueStream().toList();
            rows.forEach(row -> left.merge(environment(row), 1, Integer::sum));
            return rows.stream().map(row -> DynamicTest.dynamicTest(row.get("id").asString(), () -> run(row)));
        }
    }

    private void run(JsonNode row) throws IOException {
        assumeTrue(registry.isPresent() || !row.toString().contains("${registry}"), "docker-registry is not installed");
        Map<String, String> environment = environment(row);
        try {
            answer(row, servers.computeIfAbsent(environment, this::serve));
        } finally {
            if (left.merge(environment, -1, Integer::sum) == 0 && servers.containsKey(environment)) {
                servers.remove(environment).close();
            }
        }
    }

    private Map<String, String> environment(JsonNode row) {
        Map<String, String> environment = texts(row.path("env"));
        environment.replaceAll((name, value) -> value.replace("${home}", home.toString()));
        return environment;
    }

    private void answer(JsonNode row, Image.Server server) throws IOException {
        if (row.has("meanwhile")) {
            JsonNode held = row.get("meanwhile");
            try (RawHttp.Stream running = RawHttp.open(server.base(), held.get("post").asString(), held.get("json").toString().getBytes(UTF_8))) {
                assertTrue(!running.line().contains("error"), "the request that keeps the server busy fails");
                send(row, server);
            }
        } else {
            send(row, server);
        }
    }

    private void send(JsonNode row, Image.Server server) throws IOException {
        for (JsonNode request : row.get("requests")) {
            String method = METHODS.stream().filter(request::has).findFirst().orElseThrow();
            String path = request.get(method).asString();
            RawHttp.Reply reply = RawHttp.send(server.base(), method.toUpperCase(Locale.ROOT), path, texts(request.path("headers")), body(request));
            check(method + " " + path + " answered " + reply.status() + " " + reply.body(), request, reply);
        }
    }

    private byte[] body(JsonNode request) {
        if (!request.has("json")) {
            return request.path("text").asString("").getBytes(UTF_8);
        }
        byte[] body = request.get("json").toString().replace("${long}", "word ".repeat(3000)).replace("${large}", "word ".repeat(5 << 20))
                .replace("${registry}", registry.map(r -> "127.0.0.1:" + r.port()).orElse("")).getBytes(UTF_8);
        return request.path("zstd").asBoolean(false) ? Zstd.compress(body) : body;
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
        if (wanted.has("matches")) {
            assertTrue(Pattern.compile(wanted.get("matches").asString()).matcher(reply.body()).find(), what);
        }
        if (wanted.has("error")) {
            assertEquals(wanted.get("error").asString(), JsonMapper.shared().readTree(reply.body()).path("error").asString(""), what);
        }
        if (wanted.has("errorHas")) {
            assertTrue(JsonMapper.shared().readTree(reply.body()).path("error").asString("").contains(wanted.get("errorHas").asString()), what);
        }
        if (wanted.has("has") || wanted.has("like") || wanted.has("lacks") || wanted.has("counts")) {
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
        // the length of a list is the number that stands elsewhere; the token that ends a reply is generated and has no entry
        wanted.path("counts").properties().forEach(e -> assertEquals(actual.at(e.getValue().asString()).asInt() - 1, actual.at(e.getKey()).size(), what));
        wanted.path("lacks").forEach(pointer -> assertTrue(actual.at(pointer.asString()).isMissingNode(), what + " at " + pointer));
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new HashMap<>();
        object.properties().forEach(e -> texts.put(e.getKey(), e.getValue().asString()));
        return texts;
    }
}
