package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The interactive session, typed and looked at as a person does. */
class SessionTests {
    private static final String HINT = ">>> Send a message (/? for help)";

    @TempDir
    Path home;

    @BeforeEach
    void needsATerminal() {
        assumeTrue(Image.onPath("tmux"), "tmux is not installed");
    }

    @Test
    void aConversationWithTheDemoModel() throws IOException {
        try (Tmux terminal = new Tmux(home, Map.of("OLLAMA_HOST", "127.0.0.1:1"), 60, 40, "run", "demo", "--think=false")) {
            terminal.await(screen -> screen.endsWith(HINT));
            terminal.type("/set parameter temperature 0");
            terminal.press("Enter");
            terminal.type("What is the capital of France?");
            terminal.press("Enter");
            terminal.await(screen -> screen.contains("Paris") && screen.endsWith(HINT));
            terminal.type("/clear");
            terminal.press("Enter");
            terminal.type("\"\"\"What is");
            terminal.press("Enter");
            terminal.await(screen -> screen.endsWith("\n..."));
            terminal.type("the capital of Italy?\"\"\"");
            terminal.press("Enter");
            terminal.await(screen -> screen.contains("Rome") && screen.endsWith(HINT));
            // the block has two lines, and the second key goes to its first one
            terminal.press("Up", "Up", "Up", "Up");
            terminal.await(screen -> screen.endsWith("\n>>> What is the capital of France?"));
            terminal.press("C-u");
            terminal.type("/nonsense");
            terminal.press("Enter");
            terminal.await(screen -> screen.endsWith(HINT));
            terminal.press("C-d");
            String screen = terminal.await(text -> text.endsWith("ended with 0"));
            assertEquals("""
                    >>> /set parameter temperature 0
                    Set parameter 'temperature' to '0'
                    >>> What is the capital of France?
                    The capital of France is Paris.

                    >>> /clear
                    Cleared session context
                    >>> \"""What is
                    ... the capital of Italy?\"""
                    The capital of Italy is Rome.

                    >>> /nonsense
                    Unknown command '/nonsense'. Type /? for help
                    """, screen.substring(0, screen.lastIndexOf(">>>")));
        }
        assertEquals(List.of("/set parameter temperature 0", "What is the capital of France?", "/clear", "\"\"\"What is",
                "the capital of Italy?\"\"\"", "/nonsense"), Files.readAllLines(home.resolve(".ollama/history")));
    }

    @Test
    void ctrlCStopsAnAnswerAndKeepsTheSession() throws Exception {
        try (TalkativeServer server = new TalkativeServer();
                Tmux terminal = new Tmux(home, Map.of("OLLAMA_HOST", server.host()), 40, 24, "run", "talker")) {
            terminal.await(screen -> screen.endsWith(HINT));
            terminal.type("Never stop");
            terminal.press("Enter");
            terminal.await(screen -> screen.contains("word word"));
            terminal.press("C-c");
            String stopped = terminal.await(screen -> screen.endsWith(HINT));
            assertTrue(server.left.await(30, TimeUnit.SECONDS), "the request was not cancelled");
            assertTrue(stopped.lines().allMatch(line -> line.length() <= 40), stopped);
            terminal.press("C-c");
            terminal.await(screen -> screen.contains("Use Ctrl + d or /bye to exit."));
            terminal.type("Go on");
            terminal.press("Enter");
            terminal.await(screen -> screen.contains("Done.") && screen.endsWith(HINT));
            JsonNode messages = server.asked.getLast().path("messages");
            assertEquals(2, messages.size(), messages.toString());
            assertEquals("Never stop", messages.get(0).path("content").asString());
            assertEquals("Go on", messages.get(1).path("content").asString());
            terminal.type("/bye");
            terminal.press("Enter");
            terminal.await(screen -> screen.endsWith("ended with 0"));
        }
    }

    @Test
    void keysEditTheLine() throws Exception {
        try (TalkativeServer server = new TalkativeServer();
                Tmux terminal = new Tmux(home, Map.of("OLLAMA_HOST", server.host(), "OLLAMA_NOHISTORY", "1"), 80, 24, "run", "talker")) {
            terminal.await(screen -> screen.endsWith(HINT));
            terminal.type("xx one two");
            terminal.press("C-w", "C-a", "C-d", "C-d", "Delete", "C-e");
            terminal.type("2");
            terminal.press("C-j");
            terminal.type("second line");
            terminal.await(screen -> screen.endsWith(">>> one 2\n... second line"));
            terminal.press("Enter");
            terminal.await(screen -> screen.contains("word word"));
            terminal.press("C-c");
            terminal.await(screen -> screen.endsWith(HINT));
            assertEquals("one 2\nsecond line", server.asked.getLast().path("messages").get(0).path("content").asString());
            terminal.type("/cl");
            terminal.press("Tab");
            terminal.await(screen -> screen.endsWith(">>> /clear"));
            terminal.type("thrown away");
            terminal.press("C-c");
            terminal.await(screen -> screen.endsWith(HINT));
            terminal.type("/bye");
            terminal.press("Enter");
            terminal.await(screen -> screen.endsWith("ended with 0"));
        }
        assertFalse(Files.exists(home.resolve(".ollama/history")));
    }

    @Test
    void inAPipeThereAreNeitherColoursNorSigns() {
        Image.Finished run = Image.run(home, "", "run", "demo", "What is the capital of France?");
        assertFalse((run.out() + run.err()).contains("\u001b"), run.out() + run.err());
    }

    /** Answers the first message with words without end, later ones with one word. */
    private static final class TalkativeServer implements AutoCloseable {
        private final HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        private final List<JsonNode> asked = new CopyOnWriteArrayList<>();
        private final CountDownLatch left = new CountDownLatch(1);

        TalkativeServer() throws IOException {
            http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            http.createContext("/", exchange -> reply(exchange, ""));
            http.createContext("/api/show", exchange -> reply(exchange, "{\"capabilities\":[\"completion\"]}"));
            http.createContext("/api/generate", exchange -> reply(exchange, "{\"done\":true,\"done_reason\":\"load\"}\n"));
            http.createContext("/api/chat", this::chat);
            http.start();
        }

        String host() {
            return "127.0.0.1:" + http.getAddress().getPort();
        }

        private void chat(HttpExchange exchange) throws IOException {
            asked.add(JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes()));
            if (asked.size() > 1) {
                reply(exchange, "{\"message\":{\"content\":\"Done.\"},\"done\":true,\"done_reason\":\"stop\"}\n");
                return;
            }
            exchange.sendResponseHeaders(200, 0);
            byte[] word = "{\"message\":{\"content\":\"word \"},\"done\":false}\n".getBytes(StandardCharsets.UTF_8);
            try (var out = exchange.getResponseBody()) {
                while (!left.await(20, TimeUnit.MILLISECONDS)) {
                    out.write(word);
                    out.flush();
                }
            } catch (IOException e) {
                left.countDown();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        private static void reply(HttpExchange exchange, String text) throws IOException {
            exchange.getRequestBody().readAllBytes();
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            boolean none = body.length == 0 || exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(200, none ? -1 : body.length);
            if (!none) {
                exchange.getResponseBody().write(body);
            }
            exchange.close();
        }

        @Override
        public void close() {
            left.countDown();
            http.stop(0);
        }
    }
}
