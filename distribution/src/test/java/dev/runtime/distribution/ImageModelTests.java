package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models that see over HTTP: pictures in prompts, from decoding to the answer, against llama.cpp with its multimodal library. */
class ImageModelTests {
    /** Keys and values of 16 bits, and a GELU from a table of half floats, on the logarithm of a probability. */
    private static final double TOLERANCE = 0.02;

    @TempDir
    Path home;

    @Test
    void answersAreTheReferences() throws IOException {
        JsonNode models = JsonMapper.shared().readTree(read("index.json")).get("models");
        for (JsonNode model : models.values()) {
            store(model.get("name").asString());
        }
        try (Image.Server server = Image.serve(home)) {
            for (JsonNode model : models.values()) {
                String name = model.get("name").asString();
                byte[] picture = png(model, unpack(name + ".rgb.gz"));
                JsonNode reply = generate(server, model, picture);
                assertTrue(reply.path("error").isMissingNode(), reply.toString());
                assertEquals(model.get("tokens").asInt(), reply.get("prompt_eval_count").asInt(), name);
                like(model.get("greedy"), reply.get("logprobs"), name);
                // the same picture again comes from the prefix cache and the encoder's memory, another one does not
                like(model.get("greedy"), generate(server, model, picture).get("logprobs"), name + " again");
                byte[] other = unpack(name + ".rgb.gz");
                Arrays.fill(other, 0, other.length / 2, (byte) 0);
                double changed = generate(server, model, png(model, other)).get("logprobs").get(0).get("logprob").asDouble();
                assertTrue(Math.abs(changed - model.get("greedy").get(0).get("logprob").asDouble()) > 1e-4, name + ": another picture, the same answer");
                dialects(server, name, picture);
                damaged(server, model);
            }
        }
    }

    private static void dialects(Image.Server server, String name, byte[] picture) {
        String data = Base64.getEncoder().encodeToString(picture);
        JsonNode chat = post(server, "/api/chat", Map.of("model", name, "stream", false, "options", Map.of("num_predict", 2),
                "messages", List.of(Map.of("role", "user", "content", "what?", "images", List.of(data)))));
        JsonNode openAi = post(server, "/v1/chat/completions", Map.of("model", name, "max_tokens", 2, "messages", List.of(Map.of("role", "user",
                "content", List.of(Map.of("type", "image_url", "image_url", Map.of("url", "data:image/png;base64," + data)),
                        Map.of("type", "text", "text", "what?"))))));
        JsonNode anthropic = post(server, "/v1/messages", Map.of("model", name, "max_tokens", 2, "messages", List.of(Map.of("role", "user",
                "content", List.of(Map.of("type", "image", "source", Map.of("type", "base64", "media_type", "image/png", "data", data)),
                        Map.of("type", "text", "text", "what?"))))));
        assertTrue(chat.path("prompt_eval_count").asInt() > 6, chat.toString());
        assertTrue(openAi.path("usage").path("prompt_tokens").asInt() > 6, openAi.toString());
        JsonNode usage = anthropic.path("usage");
        assertTrue(usage.path("input_tokens").asInt() + usage.path("cache_read_input_tokens").asInt() > 6, anthropic.toString());
    }

    private static void damaged(Image.Server server, JsonNode model) {
        for (byte[] file : List.of("no picture".getBytes(StandardCharsets.US_ASCII), new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0})) {
            assertTrue(generate(server, model, file).path("error").asString().contains("bytes"), model.get("name").asString());
        }
    }

    private static JsonNode generate(Image.Server server, JsonNode model, byte[] picture) {
        return post(server, "/api/generate", Map.of("model", model.get("name").asString(), "prompt", model.get("prompt").asString(), "raw", true,
                "stream", false, "logprobs", true, "images", List.of(Base64.getEncoder().encodeToString(picture)),
                "options", Map.of("temperature", 0, "num_predict", model.get("greedy").size(), "num_ctx", 256)));
    }

    private static void like(JsonNode expected, JsonNode actual, String what) {
        assertEquals(expected.size(), actual.size(), what);
        for (int i = 0; i < expected.size(); i++) {
            assertEquals(expected.get(i).get("logprob").asDouble(), actual.get(i).get("logprob").asDouble(), TOLERANCE, what + ", token " + i);
        }
    }

    private static JsonNode post(Image.Server server, String path, Map<String, ?> body) {
        return JsonMapper.shared().readTree(server.post(path, JsonMapper.shared().writeValueAsString(body)).body());
    }

    private static byte[] png(JsonNode model, byte[] rgb) throws IOException {
        int width = model.get("width").asInt();
        BufferedImage image = new BufferedImage(width, model.get("height").asInt(), BufferedImage.TYPE_INT_RGB);
        for (int i = 0; i < rgb.length / 3; i++) {
            image.setRGB(i % width, i / width, (rgb[3 * i] & 0xFF) << 16 | (rgb[3 * i + 1] & 0xFF) << 8 | rgb[3 * i + 2] & 0xFF);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "png", out);
        return out.toByteArray();
    }

    /** Writes a model of two parts into the store. */
    private void store(String name) throws IOException {
        String model = blob(unpack(name + ".gguf.gz"));
        String projector = blob(unpack(name + "-mmproj.gguf.gz"));
        String manifest = """
                {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json", "layers": [
                 {"mediaType": "application/vnd.ollama.image.model", "digest": "%s", "size": %d},
                 {"mediaType": "application/vnd.ollama.image.projector", "digest": "%s", "size": %d}]}"""
                .formatted(model, size(model), projector, size(projector));
        Path file = models().resolve("manifests/registry.ollama.ai/library").resolve(name).resolve("latest");
        Files.createDirectories(file.getParent());
        Files.writeString(file, manifest);
    }

    private String blob(byte[] content) throws IOException {
        try {
            String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            Files.createDirectories(models().resolve("blobs"));
            Files.write(models().resolve("blobs/sha256-" + digest), content);
            return "sha256:" + digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private long size(String digest) throws IOException {
        return Files.size(models().resolve("blobs").resolve(digest.replace(':', '-')));
    }

    private Path models() {
        return home.resolve("models");
    }

    private byte[] unpack(String name) throws IOException {
        try (InputStream in = new GZIPInputStream(getClass().getResourceAsStream("/images/" + name))) {
            return in.readAllBytes();
        }
    }

    private byte[] read(String name) throws IOException {
        try (InputStream in = getClass().getResourceAsStream("/images/" + name)) {
            return in.readAllBytes();
        }
    }
}
