package dev.runtime.plugin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.command.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands against an HTTP server that plays recorded replies of the native API. */
class CommandsTests {
    private final Map<String, String> replies = new HashMap<>();
    private final List<String> requests = new ArrayList<>();
    private HttpServer server;
    private FakeContext context;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!path.equals("/")) {
                requests.add(path + " " + body);
            }
            String reply = replies.getOrDefault(path, "");
            int status = reply.matches("(?s)40\\d .*") ? Integer.parseInt(reply.substring(0, 3)) : 200;
            byte[] bytes = reply.replaceFirst("^40\\d ", "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        context = context("");
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void listHasFourColumnsAndFiltersByPrefixInAnyCase() throws Exception {
        replies.put("/api/tags", """
                {"models":[{"name":"demo:latest","digest":"0123456789abcdef","size":5651872,"modified_at":"2001-01-01T00:00:00Z"},
                {"name":"other:latest","digest":"ff","size":1000,"modified_at":"2001-01-01T00:00:00Z"}]}""");
        assertEquals(0, run(new ListCommand(), "DE"));
        String[] lines = context.output().split("\n");
        assertEquals("NAME           ID              SIZE      MODIFIED     ", lines[0]);
        assertTrue(lines[1].startsWith("demo:latest    0123456789ab    5.7 MB    25 years ago"), lines[1]);
        assertEquals(2, lines.length);
    }

    @Test
    void signInTellsWhereOrWhoOrThatThereIsNoCloud() throws Exception {
        replies.put("/api/me", "401 {\"error\":\"unauthorized\",\"signin_url\":\"https://host.example/connect?x=1\"}");
        assertEquals(0, run(new SignInCommand()));
        assertTrue(context.output().contains("\n    https://host.example/connect?x=1\n"), context.output());
        replies.put("/api/me", "{\"name\":\"ada\"}");
        context = context("");
        assertEquals(0, run(new SignInCommand()));
        assertEquals("You are already signed in as user 'ada'\n", context.output());
        replies.put("/api/me", "401 {\"error\":\"unauthorized\"}");
        context = context("");
        assertEquals(0, run(new SignInCommand()));
        assertTrue(context.output().startsWith("There is nothing to sign in to"), context.output());
    }

    @Test
    void signOutTellsWhetherAnybodyWasSignedIn() throws Exception {
        replies.put("/api/signout", "401 {\"error\":\"you are not currently signed in\"}");
        assertEquals(0, run(new SignOutCommand()));
        replies.put("/api/signout", "");
        assertEquals(0, run(new SignOutCommand()));
        assertEquals("You are not signed in\nYou have signed out\n", context.output());
    }

    @Test
    void anEmptyListIsTheHeaderOnly() throws Exception {
        replies.put("/api/tags", "{\"models\":[]}");
        run(new ListCommand());
        assertEquals("NAME    ID    SIZE    MODIFIED \n", context.output());
    }

    @Test
    void listAsJsonIsForScripts() throws Exception {
        replies.put("/api/tags", "{\"models\":[{\"name\":\"a:b\",\"digest\":\"00\",\"size\":7,\"modified_at\":\"2001-01-01T00:00:00Z\"}]}");
        run(new ListCommand(), "--json");
        assertEquals("[{\"name\":\"a:b\",\"digest\":\"00\",\"size\":7,\"modified_at\":\"2001-01-01T00:00:00Z\"}]",
                context.output().replaceAll("\\s+", ""));
    }

    @Test
    void psTellsTheProcessorAndTheEnd() throws Exception {
        replies.put("/api/ps", """
                {"models":[{"name":"demo:latest","digest":"0123456789abcdef","size":100,"size_vram":0,"context_length":4096,
                "expires_at":"2318-01-01T00:00:00Z"}]}""");
        run(new PsCommand());
        assertTrue(context.output().lines().toList().get(1).startsWith("demo:latest    0123456789ab    100 B    100% CPU     4096       Forever"),
                context.output());
        assertEquals("25%/75% CPU/GPU", PsCommand.processor(400, 300));
        assertEquals("100% GPU", PsCommand.processor(4, 4));
        assertEquals("Unknown", PsCommand.processor(3, 4));
    }

    @Test
    void runPutsPipedTextBeforeTheWordsAndPrintsThoughtsApart() throws Exception {
        context = context("piped\n");
        replies.put("/api/show", "{\"capabilities\":[\"completion\",\"thinking\"],\"model_info\":{}}");
        replies.put("/api/generate", """
                {"response":"","thinking":"Let me","done":false}
                {"response":"","thinking":" see.","done":false}
                {"response":"Paris ","done":false}
                {"response":"it is.","done":false}
                {"response":"","done":true,"done_reason":"stop","eval_count":4,"eval_duration":2000000000,"notes":["ignored field \\"x\\""]}
                """);
        assertEquals(0, run(new RunCommand(), "demo", "capital", "of", "France", "--verbose"));
        assertEquals("Thinking...\nLet me see.\n...done thinking.\n\nParis it is.\n\n", context.output());
        assertTrue(requests.get(1).contains("\"prompt\":\"piped\\n capital of France\",\"think\":true"), requests.get(1));
        assertEquals("note: ignored field \"x\"\neval count:           4 token(s)\neval duration:        2s\neval rate:            2.00 tokens/s\n",
                context.errors());
    }

    @Test
    void anErrorInTheMiddleOfAStreamIsTheCommandsError() {
        replies.put("/api/show", "{}");
        replies.put("/api/generate", "{\"response\":\"Par\",\"done\":false}\n{\"error\":\"device lost\"}\n");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> run(new RunCommand(), "demo", "x"));
        assertEquals("device lost", failure.getMessage());
        assertEquals("Par", context.output());
    }

    @Test
    void stoppingAnUnknownModelNamesIt() {
        replies.put("/api/generate", "404 {\"error\":\"model 'nope' not found\"}");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> run(new StopCommand(), "nope"));
        assertEquals("couldn't find model \"nope\" to stop", failure.getMessage());
        assertEquals(ErrorCode.MODEL_NOT_FOUND, failure.code());
    }

    @Test
    void showPrintsSectionsOrOneText() throws Exception {
        replies.put("/api/show", """
                {"license":"MIT\\nlong","parameters":"stop    \\"x\\"","template":"{{ x }}","capabilities":["tools","completion"],
                "details":{"parameter_size":"5.2M","quantization_level":"Q8_0","family":"q"},
                "model_info":{"general.architecture":"q","q.context_length":4096,"q.embedding_length":256}}""");
        run(new ShowCommand(), "demo");
        assertEquals("""
                  Model
                    architecture        q      \s
                    parameters          5.2M   \s
                    context length      4096   \s
                    embedding length    256    \s
                    quantization        Q8_0   \s

                  Capabilities
                    tools        \s
                    completion   \s

                  Parameters
                    stop    "x"   \s

                  License
                    MIT    \s
                    long   \s

                """, context.output());
        context = context("");
        run(new ShowCommand(), "demo", "--template");
        assertEquals("{{ x }}", context.output());
        assertThrows(RuntimeFailure.class, () -> run(new ShowCommand(), "demo", "--template", "--system"));
    }

    @Test
    void wrongUsageIsStatusTwoWithTheUsage() throws Exception {
        assertEquals(Options.USAGE, run(new ListCommand(), "--nonsense"));
        assertTrue(context.errors().contains("--nonsense") && context.errors().contains("Usage: runtime list"), context.errors());
        context = context("");
        assertEquals(Options.USAGE, run(new RunCommand()));
        context = context("");
        assertEquals(0, run(new RunCommand(), "--help"));
        assertTrue(context.output().contains("--hidethinking"), context.output());
    }

    @Test
    void aPullTellsItsStepsAndEndsWithTheServersError() throws Exception {
        replies.put("/api/pull", """
                {"status":"pulling manifest"}
                {"status":"pulling 6a0746a1ec1a","digest":"sha256:6a0746a1ec1aef3e","total":1500000,"completed":1500000}
                {"status":"success"}
                """);
        assertEquals(0, run(new PullCommand(), "demo"));
        assertEquals("pulling manifest\npulling 6a0746a1ec1a: 100% 1.5 MB\nsuccess\n", context.errors());
        assertEquals("", context.output());
        replies.put("/api/pull", "{\"status\":\"pulling manifest\"}\n{\"error\":\"pull model manifest: file does not exist\"}\n");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> run(new PullCommand(), "nope"));
        assertEquals("pull model manifest: file does not exist", failure.getMessage());
    }

    @Test
    void aPushTellsWhereTheModelIs() throws Exception {
        replies.put("/api/push", "{\"status\":\"retrieving manifest\"}\n{\"status\":\"success\"}\n");
        assertEquals(0, run(new PushCommand(), "me/mine:latest"));
        assertEquals("\nYou can find your model at:\n\n\thttps://ollama.com/me/mine\n", context.output());
        assertEquals("localhost:5000/me/mine", PushCommand.place("localhost:5000/me/mine"));
        replies.put("/api/push", "{\"error\":\"unauthorized: access denied\"}");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> run(new PushCommand(), "you/yours"));
        assertTrue(failure.getMessage().startsWith("you are not authorised to push to 'you/yours'"), failure.getMessage());
    }

    @Test
    void modelsAreCopiedAndRemovedByName() throws Exception {
        assertEquals(0, run(new CopyCommand(), "a", "b"));
        assertEquals("/api/copy {\"source\":\"a\",\"destination\":\"b\"}", requests.getFirst().replaceAll("\\{\"d(.*),\"s(.*)\\}", "{\"s$2,\"d$1}"));
        assertEquals("copied 'a' to 'b'\n", context.output());
        context = context("");
        assertEquals(0, run(new RemoveCommand(), "a", "b"));
        assertEquals("deleted 'a'\ndeleted 'b'\n", context.output());
        replies.put("/api/delete", "404 {\"error\":\"model 'c' not found\"}");
        replies.put("/api/generate", "404 {\"error\":\"model 'c' not found\"}");
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> run(new RemoveCommand(), "c", "d"));
        assertEquals("model 'c' not found", failure.getMessage());
        assertEquals("", context.errors());
    }

    @Test
    void anAgentIsStartedWithTheServersAddress() throws Exception {
        assertEquals(0, run(new LaunchCommand(), "claude", "--model", "demo", "--config", "--", "-p", "hi"));
        String base = "http://127.0.0.1:" + server.getAddress().getPort();
        assertTrue(context.output().startsWith("ANTHROPIC_BASE_URL=" + base + "\nANTHROPIC_AUTH_TOKEN=ollama\nANTHROPIC_API_KEY=\n"), context.output());
        assertTrue(context.output().endsWith("claude --model demo -p hi\n"), context.output());
        RuntimeFailure unknown = assertThrows(RuntimeFailure.class, () -> run(new LaunchCommand(), "nonsense"));
        assertTrue(unknown.getMessage().startsWith("unknown integration: nonsense"), unknown.getMessage());
        RuntimeFailure headless = assertThrows(RuntimeFailure.class, () -> run(new LaunchCommand(), "codex"));
        assertEquals("model selection requires an interactive terminal; use --model to run in headless mode", headless.getMessage());
        RuntimeFailure extra = assertThrows(RuntimeFailure.class, () -> run(new LaunchCommand(), "codex", "more"));
        assertEquals("unexpected arguments: [more]; put arguments of the program after --", extra.getMessage());
        RuntimeFailure missing = assertThrows(RuntimeFailure.class, () -> run(new LaunchCommand(), "qwen", "--model", "demo"));
        assertTrue(missing.getMessage().startsWith("Qwen Code is not installed"), missing.getMessage());
    }

    @Test
    void aWordAfterThinkIsThePrompt() throws Exception {
        replies.put("/api/show", "{\"capabilities\":[\"completion\",\"thinking\"]}");
        replies.put("/api/generate", "{\"response\":\"ok\",\"done\":true,\"done_reason\":\"stop\"}\n");
        assertEquals(0, run(new RunCommand(), "--think", "demo", "hello"));
        assertTrue(requests.get(1).contains("\"prompt\":\"hello\",\"think\":true"), requests.get(1));
        assertThrows(RuntimeFailure.class, () -> run(new RunCommand(), "--think=extreme", "demo", "hello"));
    }

    @Test
    void anEmbeddingModelPrintsItsVector() throws Exception {
        replies.put("/api/show", "{\"capabilities\":[\"embedding\"]}");
        replies.put("/api/embed", "{\"embeddings\":[[0.5,-0.25]]}");
        assertEquals(0, run(new RunCommand(), "bert", "hello"));
        assertEquals("[0.5,-0.25]\n", context.output());
        RuntimeFailure empty = assertThrows(RuntimeFailure.class, () -> run(new RunCommand(), "bert"));
        assertTrue(empty.getMessage().startsWith("embedding models require input text"), empty.getMessage());
    }

    @Test
    void pluginsThatProvideManyOfAKindAreCounted() {
        assertEquals("2 x Architecture, Backend", PluginsCommand.provides(List.of("Architecture: a.A", "Architecture: a.B", "Backend: b.C")));
    }

    @Test
    void configListsKeysWithTheirSource() throws Exception {
        run(new ConfigCommand(), "server");
        assertTrue(context.output().lines().anyMatch(l -> l.startsWith("server.host ") && l.contains("flag") && l.contains("OLLAMA_HOST")),
                context.output());
        assertTrue(!context.output().contains("store.models"), context.output());
    }

    @Test
    void withoutAServerTheErrorSaysHowToStartOne() {
        server.stop(0);
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> run(new PsCommand()));
        assertTrue(failure.getMessage().contains("run 'runtime serve' to start it"), failure.getMessage());
    }

    private FakeContext context(String input) {
        return new FakeContext("127.0.0.1:" + server.getAddress().getPort(), input);
    }

    private int run(Command command, String... arguments) throws Exception {
        return command.run(List.of(arguments), context);
    }
}
