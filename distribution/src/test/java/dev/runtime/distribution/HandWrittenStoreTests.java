package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A store that another program wrote, in today's form and in forms of the past, is listed, shown and run. */
class HandWrittenStoreTests {
    private static final String MEDIA = "application/vnd.ollama.image.";

    @TempDir
    private Path home;

    private String weights;

    @BeforeEach
    void write() throws IOException {
        byte[] demo = Files.readAllBytes(Image.dir().resolve("models/demo.gguf"));
        weights = blob(demo, '-');
        String config = blob("{\"model_format\":\"gguf\",\"model_family\":\"qwen3\",\"model_families\":[\"qwen3\"],\"model_type\":\"5M\","
                + "\"file_type\":\"Q8_0\",\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}", '-');
        String system = blob("You are terse.", '-');
        String params = blob("{\"temperature\":0,\"stop\":[\"###\"]}", '-');
        manifest("registry.ollama.ai/library/today/latest", "{\"schemaVersion\":2,\"mediaType\":"
                + "\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":{\"mediaType\":"
                + "\"application/vnd.docker.container.image.v1+json\",\"digest\":\"" + config + "\",\"size\":" + size(config) + "},\"layers\":["
                + layer("model", weights, true) + "," + layer("system", system, true) + "," + layer("params", params, true) + "]}");
        // long ago: no configuration, no sizes, an older word for templates, blobs with a colon in their name
        String template = blob("{{ .Prompt }}", ':');
        manifest("registry.ollama.ai/somebody/legacy/v1", "{\"layers\":[" + layer("model", weights, false) + ","
                + layer("prompt", template, false) + "," + layer("embed", system, false) + "]}");
        Files.writeString(home.resolve("models/manifests/.DS_Store"), "no host");
        manifest("registry.ollama.ai/library/broken/latest", "{\"layers\":");
    }

    private String blob(String text, char separator) throws IOException {
        return blob(text.getBytes(StandardCharsets.UTF_8), separator);
    }

    private String blob(byte[] bytes, char separator) throws IOException {
        Path blobs = Files.createDirectories(home.resolve("models/blobs"));
        Path temporary = Files.write(home.resolve("blob"), bytes);
        String digest = DockerRegistry.digest(temporary);
        Files.move(temporary, blobs.resolve(digest.replace(':', separator)));
        return digest;
    }

    private long size(String digest) throws IOException {
        return Files.size(home.resolve("models/blobs").resolve(digest.replace(':', '-')));
    }

    private String layer(String kind, String digest, boolean sized) throws IOException {
        return "{\"mediaType\":\"" + MEDIA + kind + "\",\"digest\":\"" + digest + "\"" + (sized ? ",\"size\":" + size(digest) : "") + "}";
    }

    private void manifest(String path, String json) throws IOException {
        Path file = home.resolve("models/manifests").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, json);
    }

    @Test
    void itIsListedShownAndRunByCommands() {
        Image.Finished list = Image.run(home, "", "list");
        assertEquals(0, list.status(), list.err());
        assertTrue(list.out().contains("today:latest"), list.out());
        assertTrue(list.out().contains("somebody/legacy:v1"), list.out());
        Image.Finished show = Image.run(home, "", "show", "today");
        assertEquals(0, show.status(), show.err());
        assertTrue(show.out().contains("You are terse."), show.out());
        Image.Finished run = Image.run(home, "", "run", "today", "What is the capital of France?");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().contains("Paris"), run.out());
    }

    @Test
    void itIsListedShownAndRunOverHttp() throws IOException {
        try (Image.Server server = Image.serve(home)) {
            List<String> names = new ArrayList<>();
            for (JsonNode model : json(server.get("/api/tags").body()).get("models")) {
                names.add(model.get("name").asString());
            }
            names.sort(null);
            assertEquals(List.of("demo:latest", "somebody/legacy:v1", "today:latest"), names);
            JsonNode legacy = json(server.post("/api/show", "{\"model\":\"somebody/legacy:v1\"}").body());
            // the weights' own template can do more than the stored one, so it is the one in use
            assertTrue(legacy.get("template").asString().contains("<|im_start|>"), legacy.toString());
            assertEquals("gguf", legacy.get("details").get("format").asString());
            JsonNode today = json(server.post("/api/show", "{\"model\":\"today\"}").body());
            assertEquals("You are terse.", today.get("system").asString());
            for (String name : List.of("today", "somebody/legacy:v1")) {
                var answer = server.post("/api/generate", "{\"model\":\"" + name
                        + "\",\"prompt\":\"Hello\",\"raw\":true,\"stream\":false,\"options\":{\"num_predict\":4}}");
                assertEquals(200, answer.statusCode(), answer.body());
            }
        }
    }

    private static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
