package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Pull and push against a real container registry. */
@Timeout(value = 180, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RegistryTests {
    private static final String SUCCESS = "{\"status\":\"success\"}";
    private static final int MB = 1_000_000;

    @TempDir
    private Path folder;

    private static Path randomFile(Path file, int megabytes) throws IOException {
        Random random = new Random(megabytes);
        byte[] chunk = new byte[MB];
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < megabytes; i++) {
                random.nextBytes(chunk);
                out.write(chunk);
            }
        }
        return file;
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }

    private static JsonNode listed(Image.Server server, String name) {
        for (JsonNode model : json(server.get("/api/tags").body()).get("models")) {
            if (model.get("name").asString().equals(name)) {
                return model;
            }
        }
        return json("{}");
    }

    private static HttpResponse<String> delete(Image.Server server, String name) {
        return server.send(HttpRequest.newBuilder(server.base().resolve("/api/delete"))
                .method("DELETE", HttpRequest.BodyPublishers.ofString("{\"model\":\"" + name + "\"}")).build());
    }

    private static String request(String name) {
        return "{\"model\":\"" + name + "\",\"stream\":false}";
    }

    private static List<String> blobs(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("models/blobs"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theDemoModelGoesThereAndComesBack() throws IOException {
        try (DockerRegistry registry = DockerRegistry.start(folder); Image.Server server = Image.serve(folder)) {
            String name = "127.0.0.1:" + registry.port() + "/library/demo";
            assertEquals(200, server.post("/api/copy", "{\"source\":\"demo\",\"destination\":\"" + name + "\"}").statusCode(), server.log());
            String digest = listed(server, name + ":latest").get("digest").asString();
            HttpResponse<String> pushed = server.post("/api/push", "{\"model\":\"" + name + "\"}");
            List<String> lines = pushed.body().lines().toList();
            assertEquals("{\"status\":\"retrieving manifest\"}", lines.getFirst());
            assertEquals(SUCCESS, lines.getLast(), pushed.body());
            List<String> stored = blobs(folder);
            assertEquals(200, delete(server, name).statusCode());
            assertEquals(List.of(), blobs(folder), "nothing is left of it");
            assertTrue(listed(server, name + ":latest").isEmpty());
            HttpResponse<String> pulled = server.post("/api/pull", "{\"model\":\"" + name + "\"}");
            lines = pulled.body().lines().toList();
            assertEquals("{\"status\":\"pulling manifest\"}", lines.getFirst());
            assertEquals(List.of("{\"status\":\"verifying sha256 digest\"}", "{\"status\":\"writing manifest\"}", SUCCESS),
                    lines.subList(lines.size() - 3, lines.size()), pulled.body());
            assertEquals(digest, listed(server, name + ":latest").get("digest").asString());
            assertEquals(stored, blobs(folder));
            HttpResponse<String> answer = server.post("/api/generate", "{\"model\":\"" + name
                    + "\",\"prompt\":\"What is the capital of France?\",\"stream\":false,\"options\":{\"temperature\":0,\"num_predict\":8}}");
            assertEquals(200, answer.statusCode(), answer.body());
            // deleted while it is loaded: it goes
            assertEquals(200, delete(server, name).statusCode());
            server.getUntil("/api/ps", reply -> json(reply.body()).get("models").isEmpty());
            assertEquals("{\"error\":\"pull model manifest: file does not exist\"}",
                    server.post("/api/pull", request("127.0.0.1:" + registry.port() + "/library/nope")).body());
        }
    }

    @Test
    void aKilledPullGoesOnWhereItWas() throws Exception {
        Path weights = randomFile(folder.resolve("weights"), 300);
        try (DockerRegistry registry = DockerRegistry.start(folder); CountingProxy proxy = new CountingProxy(registry.port())) {
            String digest = registry.put("library/large", "latest", weights);
            String name = "127.0.0.1:" + proxy.port() + "/library/large";
            Path blob = folder.resolve("models/blobs").resolve(digest.replace(':', '-'));
            proxy.limit(150L * MB);
            Image.Server killed = Image.serve(folder);
            // nothing moves any more when the server tells this: what it has it has counted, and nothing is on its way
            try (RawHttp.Stream progress = RawHttp.open(killed.base(), "/api/pull", ("{\"model\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8))) {
                long completed = 0;
                while (completed < 149L * MB) {
                    completed = json(progress.line()).path("completed").asLong(0);
                }
                killed.process().destroyForcibly();
            }
            assertTrue(killed.process().waitFor(20, TimeUnit.SECONDS));
            proxy.cut();
            assertFalse(Files.exists(blob));
            try (Image.Server server = Image.serve(folder)) {
                proxy.limit(Long.MAX_VALUE);
                HttpResponse<String> pulled = server.post("/api/pull", request(name));
                assertEquals(SUCCESS, pulled.body(), server.log());
                // 149 were there; the last 4 MiB may not have been written down
                assertTrue(proxy.passed() < 160L * MB, proxy.passed() + " bytes came the second time");
            }
            assertEquals(digest, DockerRegistry.digest(blob));
            assertEquals(2, blobs(folder).size(), blobs(folder).toString());
        }
    }

    @Test
    void aFlippedByteNeverBecomesAModel() throws IOException {
        Path weights = randomFile(folder.resolve("weights"), 1);
        try (DockerRegistry registry = DockerRegistry.start(folder); Image.Server server = Image.serve(folder)) {
            String digest = registry.put("library/flipped", "latest", weights);
            byte[] bytes = Files.readAllBytes(registry.file(digest));
            bytes[500_000] ^= 1;
            Files.write(registry.file(digest), bytes);
            String name = "127.0.0.1:" + registry.port() + "/library/flipped";
            HttpResponse<String> pulled = server.post("/api/pull", request(name));
            assertEquals(500, pulled.statusCode());
            assertTrue(pulled.body().contains("digest mismatch, file must be downloaded again: want " + digest), pulled.body());
            assertEquals(404, server.post("/api/show", "{\"model\":\"" + name + "\"}").statusCode());
            assertTrue(blobs(folder).stream().noneMatch(blob -> blob.contains(digest.substring(7))), blobs(folder).toString());
        }
    }

    @Test
    void makingAModelOfABaseThatIsNotHereBringsTheBase() throws IOException {
        try (DockerRegistry registry = DockerRegistry.start(folder); Image.Server server = Image.serve(folder)) {
            String name = "127.0.0.1:" + registry.port() + "/library/base";
            assertEquals(200, server.post("/api/copy", "{\"source\":\"demo\",\"destination\":\"" + name + "\"}").statusCode(), server.log());
            assertEquals(SUCCESS, server.post("/api/push", request(name)).body());
            assertEquals(200, delete(server, name).statusCode());
            Path modelfile = Files.writeString(folder.resolve("Modelfile"), "FROM " + name + "\nSYSTEM You are built.\n");
            Image.Finished made = Image.run(folder, Map.of("OLLAMA_HOST", server.base().toString()), "", "create", "built", "-f", modelfile.toString());
            assertEquals(0, made.status(), made.err());
            for (String step : List.of("pulling manifest", "100%", "verifying sha256 digest", "creating new layer", "success")) {
                assertTrue(made.err().contains(step), step + " in " + made.err());
            }
            assertEquals("You are built.", json(server.post("/api/show", "{\"model\":\"built\"}").body()).get("system").asString());
            assertFalse(listed(server, name + ":latest").isEmpty(), "the base is here too");
            HttpResponse<String> nowhere = server.post("/api/create", "{\"model\":\"other\",\"from\":\"" + name + "-none\",\"stream\":false}");
            assertEquals(404, nowhere.statusCode());
            assertEquals("{\"error\":\"pull model manifest: file does not exist\"}", nowhere.body());
            assertTrue(listed(server, "other:latest").isEmpty());
        }
    }

    @Test
    void eightPullsOfOneNameTransferItOnce() throws Exception {
        Path weights = randomFile(folder.resolve("weights"), 40);
        try (DockerRegistry registry = DockerRegistry.start(folder); CountingProxy proxy = new CountingProxy(registry.port());
                Image.Server server = Image.serve(folder); HttpClient client = HttpClient.newHttpClient();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            registry.put("library/shared", "latest", weights);
            String name = "127.0.0.1:" + proxy.port() + "/library/shared";
            proxy.limit(MB);
            CountDownLatch waiting = new CountDownLatch(8);
            List<Future<String>> pulls = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                pulls.add(threads.submit(() -> {
                    HttpResponse<InputStream> reply = client.send(HttpRequest.newBuilder(server.base().resolve("/api/pull"))
                            .POST(HttpRequest.BodyPublishers.ofString("{\"model\":\"" + name + "\"}")).build(),
                            HttpResponse.BodyHandlers.ofInputStream());
                    try (BufferedReader lines = new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8))) {
                        lines.readLine();
                        String last = lines.readLine();
                        waiting.countDown();
                        for (String line = last; line != null; line = lines.readLine()) {
                            last = line;
                        }
                        return last;
                    }
                }));
            }
            waiting.await();
            proxy.limit(Long.MAX_VALUE);
            for (Future<String> pull : pulls) {
                assertEquals(SUCCESS, pull.get());
            }
            assertTrue(proxy.passed() < 41L * MB, proxy.passed() + " bytes came");
        }
    }
}
