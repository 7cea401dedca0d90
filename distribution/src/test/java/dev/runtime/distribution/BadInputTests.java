package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever comes in, the answer is a clear error with the right status, and the server goes on. */
@TestInstance(Lifecycle.PER_CLASS)
class BadInputTests {
    private Path home;
    private Image.Server server;
    private byte[] demo;

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        home = folder;
        demo = Files.readAllBytes(Image.dir().resolve("models/demo.gguf"));
        server = Image.serve(home, Map.of("OLLAMA_CONTEXT_LENGTH", "512"));
    }

    @AfterEach
    void theServerIsAlive() {
        HttpResponse<String> reply = server.post("/api/generate", """
                {"model":"demo","prompt":"What is the capital of France?","think":false,"stream":false,"options":{"temperature":0}}""");
        assertEquals(200, reply.statusCode(), reply.body() + server.log());
        assertTrue(reply.body().contains("Paris"), reply.body());
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void aTruncatedFile() throws IOException {
        Path file = Files.write(home.resolve("truncated.gguf"), Arrays.copyOf(demo, demo.length / 2));
        assertError(500, file, "truncated.gguf");
    }

    @Test
    void aFileWithATensorPastItsEnd() throws IOException {
        Path file = Files.write(home.resolve("short.gguf"), Arrays.copyOf(demo, demo.length - 4096));
        assertError(500, file, "short.gguf");
    }

    /** Key and value, or the tensor and its shape, are in the message; a refused file leaves nothing allocated. */
    @Test
    void aFileThatCannotBeRight() throws IOException {
        assertDamage("tokenizer.ggml.pre", 12, "qwen9", "pre-tokenizer 'qwen9' (tokenizer.ggml.pre)");
        assertDamage("qwen3.block_count", 4, "\0\0\0\u0080", "qwen3.block_count is 2147483648");
        assertDamage("qwen3.attention.head_count\4", 3, "\0\0\0\0", "qwen3.attention.head_count is 0");
        assertDamage("blk.0.ffn_up.weight", -5, "x", "lacks the tensor blk.0.ffn_up.weight");
        assertDamage("blk.0.ffn_up.weight", 13, "\2", "blk.0.ffn_up.weight has shape [256, 512] where the hyper-parameters ask for [256, 768]");
        assertTrue(JsonMapper.shared().readTree(server.get("/api/ps").body()).get("models").valueStream()
                .allMatch(loaded -> loaded.get("name").asString().startsWith("demo")), "nothing of them is loaded");
    }

    /** Writes bytes behind a text of the file and expects the refusal. */
    private void assertDamage(String text, int behind, String bytes, String expected) throws IOException {
        byte[] changed = demo.clone();
        byte[] written = bytes.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(written, 0, changed, indexOf(changed, text) + text.length() + behind, written.length);
        assertError(500, Files.write(home.resolve("damaged.gguf"), changed), expected);
    }

    @Test
    void anUnknownArchitecture() throws IOException {
        byte[] changed = demo.clone();
        int at = indexOf(changed, "qwen3");
        changed[at + 4] = '9';
        Path file = Files.write(home.resolve("odd.gguf"), changed);
        assertError(500, file, "the architecture 'qwen9' (general.architecture)");
    }

    @Test
    void anUnknownModel() {
        assertReply(404, server.post("/api/chat", "{\"model\":\"nope\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}"), "model 'nope' not found");
    }

    @Test
    void malformedJson() {
        for (String body : new String[] {"{\"model\":", "[1,2", "{\"model\":\"demo\",\"messages\":7}", "nonsense", "{\"a\":".repeat(100_000)}) {
            HttpResponse<String> reply = server.post("/api/chat", body);
            assertEquals(400, reply.statusCode(), reply.body());
            assertTrue(JsonMapper.shared().readTree(reply.body()).has("error"), reply.body());
        }
        assertReply(400, server.post("/api/chat", ""), "missing request body");
    }

    @Test
    void aPromptLongerThanTheContextThatMayNotBeCut() {
        String body = JsonMapper.shared().writeValueAsString(Map.of("model", "demo", "stream", false, "truncate", false,
                "messages", java.util.List.of(Map.of("role", "user", "content", "word ".repeat(3000)))));
        assertReply(400, server.post("/api/chat", body), "context");
    }

    @Test
    void aClientThatGoesAwayStopsItsGeneration() throws IOException {
        String body = """
                {"model":"demo","raw":true,"prompt":"<|im_start|>user\\nTell me a long story.<|im_end|>\\n<|im_start|>assistant\\n",
                "options":{"num_predict":100000,"temperature":1.5,"seed":1,"stop":["never said"]},"keep_alive":600}""";
        try (Socket socket = new Socket(server.base().getHost(), server.base().getPort())) {
            socket.getOutputStream().write(("POST /api/generate HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                    + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body).getBytes(StandardCharsets.UTF_8));
            assertTrue(socket.getInputStream().readNBytes(200).length == 200);
        }
        // an unload takes effect when the last request has ended: the model can only go if the generation was stopped
        server.post("/api/generate", "{\"model\":\"demo\",\"keep_alive\":0}");
        server.getUntil("/api/ps", r -> JsonMapper.shared().readTree(r.body()).get("models").isEmpty());
    }

    private void assertError(int status, Path file, String expected) {
        String body = JsonMapper.shared().writeValueAsString(Map.of("model", file.toString(), "prompt", "x", "stream", false));
        assertReply(status, server.post("/api/generate", body), expected);
        Image.Finished run = Image.run(home, "", "run", file.toString(), "x");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("Error: ") && run.err().contains(expected), run.err());
    }

    private static void assertReply(int status, HttpResponse<String> reply, String expected) {
        assertEquals(status, reply.statusCode(), reply.body());
        JsonNode error = JsonMapper.shared().readTree(reply.body()).path("error");
        assertTrue(error.asString("").contains(expected), reply.body());
    }

    private static int indexOf(byte[] bytes, String text) {
        byte[] wanted = text.getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < bytes.length - wanted.length; i++) {
            if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
                return i;
            }
        }
        throw new AssertionError(text + " is not in the file");
    }
}
