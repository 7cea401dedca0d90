package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A model whose encoder reads the prompt, as users meet it: its answers are those of llama.cpp, what makes no sense for it is refused. */
class EncoderModelTests {
    private static final String PROMPT = "translate English to German: The house is small.";

    /** What llama.cpp v0.5.0 (haswell, F32 cache) answers greedily; the end token is no part of it. */
    private static final List<Integer> ANSWER = List.of(28, 17, 17, 17, 17, 206, 220, 206, 60, 206, 60, 206, 179, 123, 278, 194, 65, 206, 96, 220,
            258, 22, 210, 96);

    private static final int PROMPT_TOKENS = 49;

    @TempDir
    Path home;

    @Test
    void answersAreTheReferences() throws Exception {
        WrittenStore.in(home).model("t5", WrittenStore.golden("t5"), Map.of());
        try (Image.Server server = Image.serve(home, Map.of("OLLAMA_KV_CACHE_TYPE", "f32"))) {
            String expected = post(server, "/v1/detokenize", Map.of("model", "t5", "tokens", ANSWER)).get("prompt").asString();
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                // others at the same time change nothing
                List<Future<JsonNode>> replies = IntStream.range(0, 6)
                        .mapToObj(i -> callers.submit(() -> generate(server, i % 2 == 0 ? PROMPT : "the cat " + i))).toList();
                for (int i = 0; i < replies.size(); i += 2) {
                    JsonNode reply = replies.get(i).get();
                    assertEquals(expected, reply.path("response").asString(), reply.toString());
                    assertEquals(PROMPT_TOKENS, reply.get("prompt_eval_count").asInt());
                    assertEquals(ANSWER.size(), reply.get("eval_count").asInt());
                }
            }
            JsonNode chat = post(server, "/api/chat", Map.of("model", "t5", "stream", false, "options", Map.of("temperature", 0, "num_predict", 24),
                    "messages", List.of(Map.of("role", "user", "content", PROMPT))));
            assertEquals(expected, chat.path("message").path("content").asString(), chat.toString());
            JsonNode vectors = post(server, "/api/embed", Map.of("model", "t5", "input", "x"));
            assertTrue(vectors.path("error").asString().contains("does not support embeddings"), vectors.toString());
            JsonNode picture = post(server, "/api/generate", Map.of("model", "t5", "prompt", "x", "images", List.of("aGVsbG8=")));
            assertTrue(picture.path("error").asString().contains("does not support images"), picture.toString());
        }
    }

    @Test
    void commands() throws IOException {
        Path file = Files.write(home.resolve("t5.gguf"), WrittenStore.golden("t5"));
        Image.Finished answer = Image.run(home, "", "run", file.toString(), PROMPT);
        assertEquals(0, answer.status(), answer.err());
        assertTrue(!answer.out().isBlank(), answer.err());
        Path text = Files.writeString(home.resolve("text"), "some text ".repeat(200));
        Image.Finished score = Image.run(home, "", "perplexity", file.toString(), "--file", text.toString(), "--context", "128");
        assertEquals(1, score.status());
        assertTrue(score.err().contains("has an encoder that reads prompts"), score.err());
    }

    private static JsonNode generate(Image.Server server, String prompt) {
        return post(server, "/api/generate", Map.of("model", "t5", "prompt", prompt, "raw", true, "stream", false,
                "options", Map.of("temperature", 0, "num_predict", ANSWER.size(), "num_ctx", 256)));
    }

    private static JsonNode post(Image.Server server, String path, Map<String, ?> body) {
        return JsonMapper.shared().readTree(server.post(path, JsonMapper.shared().writeValueAsString(body)).body());
    }
}
