package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients demand of replies, with the demo model: it never saw such schemas and tools, so whatever fits was made to fit. */
class ConstrainedRepliesTests {
    private static final Map<String, Object> PERSON = Map.of("type", "object", "required", List.of("name", "age", "tags"), "properties", Map.of(
            "name", Map.of("type", "string", "minLength", 1, "maxLength", 12), "age", Map.of("type", "integer", "minimum", 18, "maximum", 99),
            "tags", Map.of("type", "array", "items", Map.of("enum", List.of("red", "green")), "minItems", 1, "maxItems", 2)));
    private static final Map<String, Object> BOOK = Map.of("name", "book_table", "description", "Books a table", "parameters", Map.of("type", "object",
            "required", List.of("people"), "properties", Map.of("people", Map.of("type", "integer", "minimum", 2, "maximum", 8))));
    private static final Map<String, Object> PAINT = Map.of("name", "paint", "description", "Paints", "parameters", Map.of("type", "object",
            "required", List.of("colour"), "properties", Map.of("colour", Map.of("enum", List.of("blue", "black")))));

    @TempDir
    static Path home;

    private static Image.Server server;

    @BeforeAll
    static void start() throws IOException {
        server = Image.serve(home);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aSchemaHoldsInEveryDialectAndAfterThoughts() {
        List<Object> messages = List.of(Map.of("role", "user", "content", "Tell me about a person."));
        for (boolean think : new boolean[] {false, true}) {
            JsonNode ollama = post("/api/chat", Map.of("model", "demo", "messages", messages, "format", PERSON, "think", think, "stream", false));
            assertPerson(ollama.path("message").path("content").asString());
            assertEquals(think, ollama.path("message").hasNonNull("thinking"), ollama::toString);
            assertTrue(ollama.path("notes").isMissingNode(), ollama::toString);
        }
        JsonNode chat = post("/v1/chat/completions", Map.of("model", "demo", "messages", messages, "response_format",
                Map.of("type", "json_schema", "json_schema", Map.of("name", "person", "strict", true, "schema", PERSON))));
        assertPerson(chat.at("/choices/0/message/content").asString());
        JsonNode response = post("/v1/responses", Map.of("model", "demo", "input", "Tell me about a person.", "text",
                Map.of("format", Map.of("type", "json_schema", "name", "person", "schema", PERSON))));
        assertPerson(response.findValues("text").stream().filter(JsonNode::isString).map(JsonNode::asString).filter(text -> text.contains("{")).findFirst().orElseThrow());
        JsonNode message = post("/v1/messages", Map.of("model", "demo", "max_tokens", 500, "messages", messages, "output_config",
                Map.of("format", Map.of("type", "json_schema", "schema", PERSON))));
        List<String> texts = new ArrayList<>();
        message.path("content").forEach(block -> texts.add(block.path("text").asString("")));
        assertPerson(String.join("", texts));
    }

    @Test
    void jsonExpressionsGrammarsAndChoicesHold() {
        List<Object> messages = List.of(Map.of("role", "user", "content", "What is the capital of France?"));
        assertTrue(JsonMapper.shared().readTree(content(Map.of("messages", messages, "response_format", Map.of("type", "json_object"), "temperature", 0))).isObject());
        assertTrue(content(Map.of("messages", messages, "guided_regex", "[A-Z][a-z]{2,7}\\.")).matches("[A-Z][a-z]{2,7}\\."));
        assertTrue(List.of("north", "south").contains(content(Map.of("messages", messages, "guided_choice", List.of("north", "south")))));
        assertTrue(content(Map.of("messages", messages, "grammar", "root ::= \"yes\" | \"no\" \", \" [0-9]{2}")).matches("yes|no, \\d\\d"));
    }

    @Test
    void aDemandedCallIsMade() {
        List<Object> messages = List.of(Map.of("role", "user", "content", "Hello!"));
        List<Object> tools = List.of(Map.of("type", "function", "function", BOOK), Map.of("type", "function", "function", PAINT));
        JsonNode required = post("/v1/chat/completions", Map.of("model", "demo", "messages", messages, "tools", tools, "tool_choice", "required"));
        assertEquals("tool_calls", required.at("/choices/0/finish_reason").asString(), required::toString);
        assertTrue(required.path("notes").isMissingNode(), required::toString);
        JsonNode named = post("/v1/chat/completions", Map.of("model", "demo", "messages", messages, "tools", tools, "tool_choice",
                Map.of("type", "function", "function", Map.of("name", "book_table"))));
        JsonNode call = named.at("/choices/0/message/tool_calls");
        assertEquals(1, call.size(), named::toString);
        assertEquals("book_table", call.at("/0/function/name").asString());
        int people = JsonMapper.shared().readTree(call.at("/0/function/arguments").asString()).path("people").asInt();
        assertTrue(people >= 2 && people <= 8, named::toString);
        JsonNode none = post("/v1/chat/completions", Map.of("model", "demo", "messages", messages, "tools", tools, "tool_choice", "none"));
        assertTrue(none.at("/choices/0/message/tool_calls").isMissingNode(), none::toString);
        JsonNode any = post("/v1/messages", Map.of("model", "demo", "max_tokens", 500, "messages", messages, "tool_choice", Map.of("type", "tool", "name", "paint"),
                "tools", List.of(Map.of("name", "paint", "description", "Paints", "input_schema", PAINT.get("parameters")))));
        assertEquals("tool_use", any.path("stop_reason").asString(), any::toString);
        assertTrue(any.toString().contains("\"blue\"") || any.toString().contains("\"black\""), any::toString);
    }

    @Test
    void oneCallAtATimeLeavesTheChoiceToTheModel() {
        List<Object> tools = List.of(Map.of("type", "function", "function", BOOK));
        JsonNode reply = post("/v1/chat/completions", Map.of("model", "demo", "tools", tools, "parallel_tool_calls", false, "messages",
                List.of(Map.of("role", "user", "content", "What is the capital of France?"))));
        assertTrue(reply.at("/choices/0/message/content").asString().contains("Paris"), reply::toString);
    }

    @Test
    void whatCannotBeDoneIsSaid() {
        Map<String, Object> schema = Map.of("type", "array", "items", Map.of("type", "integer"), "uniqueItems", true, "maxItems", 2);
        Map<String, Object> body = Map.of("model", "demo", "messages", List.of(Map.of("role", "user", "content", "Numbers?")), "max_tokens", 40);
        HttpResponse<String> noted = send("/v1/chat/completions", with(body, "response_format", Map.of("type", "json_schema", "json_schema", Map.of("schema", schema))));
        assertEquals(200, noted.statusCode(), noted.body());
        assertTrue(noted.body().contains("uniqueItems"), noted.body());
        HttpResponse<String> strict = send("/v1/chat/completions",
                with(body, "response_format", Map.of("type", "json_schema", "json_schema", Map.of("schema", schema, "strict", true))));
        assertEquals(400, strict.statusCode(), strict.body());
        for (Object grammar : List.of("root ::= root \"a\"", "root ::= (", "root ::= \"" + "x".repeat(1 << 19) + "\"")) {
            HttpResponse<String> refused = send("/v1/chat/completions", with(body, "grammar", grammar));
            assertEquals(400, refused.statusCode(), refused.body());
        }
        assertFalse(content(body).isEmpty());
    }

    @Test
    void aSeedGivesTheSameReplyAmongBusyNeighbours() throws IOException {
        Map<String, Object> asked = Map.of("model", "demo", "prompt", "Tell me a story about a dog.", "stream", false, "think", false,
                "options", Map.of("seed", 11, "temperature", 1.5, "top_k", 100, "num_predict", 120, "repeat_penalty", 1.05));
        Path own = home.resolve("parallel");
        try (Image.Server parallel = Image.serve(own, Map.of("OLLAMA_NUM_PARALLEL", "9")); var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            JsonNode alone = JsonMapper.shared().readTree(parallel.post("/api/generate", JsonMapper.shared().writeValueAsString(asked)).body());
            List<CompletableFuture<String>> neighbours = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                Map<String, Object> other = Map.of("model", "demo", "prompt", "Count from " + i + " to a hundred, and tell a story.", "stream", false, "options",
                        Map.of("seed", i, "temperature", 2, "num_predict", 300 + 20 * i));
                neighbours.add(CompletableFuture.supplyAsync(() -> parallel.post("/api/generate", JsonMapper.shared().writeValueAsString(other)).body(), threads));
            }
            JsonNode among = JsonMapper.shared().readTree(parallel.post("/api/generate", JsonMapper.shared().writeValueAsString(asked)).body());
            assertEquals(alone.path("context"), among.path("context"));
            assertEquals(alone.path("response"), among.path("response"));
            neighbours.forEach(CompletableFuture::join);
        }
    }

    private static Map<String, Object> with(Map<String, Object> body, String key, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(body);
        more.put(key, value);
        return more;
    }

    private static void assertPerson(String text) {
        JsonNode person = JsonMapper.shared().readTree(text);
        assertEquals(3, person.size(), text);
        assertTrue(person.get("age").isInt() && person.get("age").asInt() >= 18 && person.get("age").asInt() <= 99, text);
        assertTrue(!person.get("name").asString().isEmpty() && person.get("name").asString().codePoints().count() <= 12, text);
        assertTrue(!person.get("tags").isEmpty() && person.get("tags").size() <= 2, text);
        person.get("tags").forEach(tag -> assertTrue(List.of("red", "green").contains(tag.asString()), text));
    }

    private static String content(Map<String, Object> body) {
        return post("/v1/chat/completions", with(with(body, "model", "demo"), "max_tokens", 400)).at("/choices/0/message/content").asString();
    }

    private static HttpResponse<String> send(String path, Map<String, Object> body) {
        return server.post(path, JsonMapper.shared().writeValueAsString(body));
    }

    private static JsonNode post(String path, Map<String, Object> body) {
        HttpResponse<String> reply = send(path, body);
        assertEquals(200, reply.statusCode(), reply.body());
        return JsonMapper.shared().readTree(reply.body());
    }
}
