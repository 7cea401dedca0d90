package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Models made with the image: from a folder of safetensors files, from another model, and from nothing that makes sense. */
class CreateTests {
    @TempDir
    Path home;

    /** The demo model as a folder; a model of that size is not in the repository twice. */
    private static Path folder() {
        Path folder = Path.of(System.getProperty("demo.dir", Image.repository().toAbsolutePath().normalize().resolveSibling("shared")
                .resolve("demo-model").toString())).resolve("hf");
        Assumptions.assumeTrue(Files.isDirectory(folder), "no folder of the demo model; give -Ddemo.dir");
        return folder;
    }

    private static String answer(Image.Server server, String model, JsonNode row) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("model", model);
        request.put("stream", false);
        request.put("messages", row.get("messages"));
        if (!row.get("tools").isNull() && !row.get("tools").isEmpty()) {
            request.put("tools", row.get("tools"));
        }
        request.put("think", row.get("think").asBoolean());
        request.put("options", Map.of("temperature", 0, "num_predict", 96));
        JsonNode reply = JsonMapper.shared().readTree(server.post("/api/chat", JsonMapper.shared().writeValueAsString(request)).body());
        JsonNode message = reply.path("message");
        return message.path("content").asString("none in " + reply).strip() + message.path("tool_calls").valueStream()
                .map(call -> call.get("function").get("name").asString() + call.get("function").get("arguments")).toList();
    }

    private static JsonNode show(Image.Server server, String model) {
        return JsonMapper.shared().readTree(server.post("/api/show", JsonMapper.shared().writeValueAsString(Map.of("model", model))).body());
    }

    private Image.Finished create(Image.Server server, String model, String modelfile, String... more) throws IOException {
        Path file = Files.writeString(home.resolve("Modelfile-" + model), modelfile);
        List<String> arguments = new ArrayList<>(List.of("create", model, "-f", file.toString()));
        arguments.addAll(List.of(more));
        return Image.run(home, Map.of("OLLAMA_HOST", server.base().toString()), "", arguments.toArray(String[]::new));
    }

    @Test
    void aFolderBecomesAQuantisedModelThatAnswersAsTheDemo() throws IOException {
        Path hf = folder();
        try (Image.Server server = Image.serve(home)) {
            Image.Finished finished = create(server, "demo2", "FROM " + hf + "\nPARAMETER temperature 0\nSYSTEM \"\"\n", "--quantize", "q4_K_M");
            assertEquals(0, finished.status(), finished.err());
            for (String step : List.of("converting model", "quantizing BF16 model to Q4_K_M", "verifying conversion", "writing manifest", "success")) {
                assertTrue(finished.err().contains(step), step + " in " + finished.err());
            }
            JsonNode shown = show(server, "demo2");
            assertEquals("Q4_K_M", shown.path("details").path("quantization_level").asString());
            assertEquals("qwen3", shown.path("details").path("family").asString());
            assertEquals("gguf", shown.path("details").path("format").asString());
            assertEquals(4096, shown.path("model_info").path("qwen3.context_length").asInt());
            assertTrue(shown.path("capabilities").toString().contains("tools"), shown.path("capabilities")::toString);
            assertEquals(0, create(server, "demo3", "FROM " + hf).status());
            assertEquals("BF16", show(server, "demo3").path("details").path("quantization_level").asString());
            JsonNode rows;
            try (InputStream in = getClass().getResourceAsStream("/chats.json")) {
                rows = JsonMapper.shared().readTree(in).get("rows");
            }
            int small = 0;
            int whole = 0;
            for (int i = 0; i < 150; i += 5) {
                String demo = answer(server, "demo", rows.get(i));
                small += answer(server, "demo2", rows.get(i)).equals(demo) ? 1 : 0;
                whole += answer(server, "demo3", rows.get(i)).equals(demo) ? 1 : 0;
            }
            System.out.println("created models answer as the demo: " + whole + " of 30 in 16 bits, " + small + " of 30 in 4 bits");
            assertTrue(whole >= 28, "16 bits: " + whole);
            // the demo has 5 million parameters: four bits change some of its answers
            assertTrue(small >= 20, "4 bits: " + small);
        }
    }

    @Test
    void aFolderRunsWhereItLies() {
        Image.Finished finished = Image.run(home, "", "run", folder().toString(), "--think=false", "What is the capital of France?");
        assertEquals(0, finished.status(), finished.err());
        assertTrue(finished.out().contains("Paris"), finished.out());
    }

    @Test
    void aDraftModelChangesNoAnswerAndIsCounted() throws IOException {
        Path hf = folder();
        try (Image.Server server = Image.serve(home)) {
            Image.Finished finished = create(server, "guessing", "FROM demo\nDRAFT " + hf + "\n", "--draft-quantize", "q8_0");
            assertEquals(0, finished.status(), finished.err());
            assertTrue(finished.err().contains("quantizing BF16 model to Q8_0"), finished.err());
            JsonNode rows;
            try (InputStream in = getClass().getResourceAsStream("/chats.json")) {
                rows = JsonMapper.shared().readTree(in).get("rows");
            }
            List<String> plain = new ArrayList<>();
            List<String> guessed = new ArrayList<>();
            for (int i = 0; i < 50; i += 10) {
                plain.add(answer(server, "demo", rows.get(i)));
            }
            long alone = loadedBytes(server, "demo:latest");
            for (int i = 0; i < 50; i += 10) {
                guessed.add(answer(server, "guessing", rows.get(i)));
            }
            assertEquals(plain, guessed);
            assertTrue(loadedBytes(server, "guessing:latest") > alone, "a model and its draft model are larger than the model");
        }
    }

    private static long loadedBytes(Image.Server server, String model) {
        return JsonMapper.shared().readTree(server.get("/api/ps").body()).get("models").valueStream()
                .filter(loaded -> loaded.get("name").asString().equals(model)).findFirst().orElseThrow().get("size").asLong();
    }

    @Test
    void whatIsShownMakesTheSameModelAgain() throws IOException {
        Path hf = folder();
        try (Image.Server server = Image.serve(home)) {
            String modelfile = "DRAFT " + hf + "\n" + """
                    FROM demo
                    PARSER qwen3
                    SYSTEM \"""You say "hello".
                    And then nothing. \"""
                    TEMPLATE \"""{{ range .Messages }}<|im_start|>{{ .Role }}
                    {{ .Content }}<|im_end|>
                    {{ end }}<|im_start|>assistant
                    \"""
                    PARAMETER stop "<|im_end|>"
                    PARAMETER stop "a b"
                    PARAMETER temperature 0
                    PARAMETER num_ctx 1024
                    MESSAGE user hi
                    MESSAGE assistant "ho
                    ho"
                    LICENSE free for all
                    """;
            assertEquals(0, create(server, "first", modelfile).status());
            JsonNode first = show(server, "first");
            assertEquals("You say \"hello\".\nAnd then nothing. ", first.path("system").asString());
            assertEquals("demo:latest", first.path("details").path("parent_model").asString());
            Image.Finished again = create(server, "second", first.path("modelfile").asString());
            assertEquals(0, again.status(), again.err());
            JsonNode second = show(server, "second");
            for (String field : List.of("system", "template", "parameters", "license", "messages")) {
                assertEquals(first.path(field), second.path(field), field);
            }
            for (String line : List.of("FROM /", "DRAFT /", "PARSER ")) {
                assertEquals(linesOf(first, line), linesOf(second, line));
                assertEquals(1, linesOf(first, line).size(), first::toPrettyString);
            }
            String reply = server.post("/api/chat", """
                    {"model":"second","stream":false,"_debug_render_only":true,"messages":[{"role":"user","content":"q"}]}""").body();
            assertTrue(reply.contains("<|im_start|>user\\nq<|im_end|>\\n<|im_start|>assistant\\n"), reply);
        }
    }

    private static List<String> linesOf(JsonNode shown, String beginning) {
        return shown.path("modelfile").asString().lines().filter(line -> line.startsWith(beginning)).toList();
    }

    /** The reference's cases of requests that are refused, and what the answer says. */
    @Test
    void requestsThatAreRefused() throws IOException {
        String digest = "sha256:" + "0".repeat(64);
        Map<String, String> refused = new LinkedHashMap<>();
        refused.put("{'model':'x'}", "neither 'from' or 'files' was specified");
        refused.put("{'model':'x','stream':false}", "neither 'from' or 'files' was specified");
        refused.put("{'model':'x','files':{'0.gguf':''}}", "invalid digest format");
        refused.put("{'model':'x','files':{'/etc/x':'" + digest + "'}}", "file path must be relative");
        refused.put("{'model':'x','files':{'../x':'" + digest + "'}}", "file path must be relative");
        refused.put("{'model':'x','files':{'x':'" + digest + "'}}", "not found");
        refused.put("{'model':'x','from':'demo','template':'{{ .Prompt'}", "template error");
        refused.put("{'model':'x','from':'demo','template':'{{ if .Prompt }}'}", "template error");
        refused.put("{'model':'x','from':'demo','info':{'model_family':1}}", "model_family");
        refused.put("{'model':'x','from':'demo','info':{'context_length':1.5}}", "context_length");
        refused.put("{'model':'x y','from':'demo'}", "invalid model name");
        refused.put("{'model':'x','from':'a b'}", "invalid model name");
        refused.put("{'model':'x','from':'demo','draft_quantize':'F16'}", "--draft-quantize requires a DRAFT model");
        try (Image.Server server = Image.serve(home)) {
            refused.forEach((request, message) -> {
                var response = server.post("/api/create", request.replace('\'', '"'));
                assertEquals(400, response.statusCode(), request + response.body());
                assertTrue(response.body().contains(message), request + response.body());
            });
            assertFalse(server.get("/api/tags").body().contains("\"x:latest\""));
        }
    }

    @Test
    void theAnswerInOnePieceIsTheLastStep() throws IOException {
        try (Image.Server server = Image.serve(home)) {
            var response = server.post("/api/create", "{\"model\":\"x\",\"from\":\"demo\",\"system\":\"s\",\"stream\":false}");
            assertEquals(200, response.statusCode());
            assertEquals("{\"status\":\"success\"}", response.body().strip());
            assertEquals("application/json", response.headers().firstValue("content-type").orElse(""));
            var refused = server.post("/api/create", "{\"model\":\"y\",\"from\":\"demo\",\"quantize\":\"Q4_K_M\"}");
            assertTrue(refused.body().contains("quantization is only supported for F16, BF16 and F32 models"), refused.body());
        }
    }
}
