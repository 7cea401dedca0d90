package dev.runtime.plugin.cli.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Thinking;
import dev.runtime.plugin.cli.client.HostAddress;
import dev.runtime.plugin.cli.client.ModelClient;
import dev.runtime.plugin.cli.client.NativeApi;
import dev.runtime.plugin.cli.client.RemoteClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Commands of a session against an HTTP server that plays recorded replies of the native API. */
class SlashCommandsTests {
    private final Map<String, String> replies = new HashMap<>();
    private final List<String> requests = new ArrayList<>();
    private final ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(outBytes, true, StandardCharsets.UTF_8);
    private final PrintStream err = new PrintStream(errBytes, true, StandardCharsets.UTF_8);
    private final Dialogue dialogue = new Dialogue("demo", new ModelClient.Profile(Set.of("completion"), List.of()),
            new RunSettings(Thinking.DEFAULT, new OutputFormat.Free(), new KeepAlive.Unchanged(), false, true, false, Map.of()));
    private HttpServer server;
    private SlashCommands commands;
    private boolean history = true;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            requests.add(path + " " + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            String reply = replies.getOrDefault(path, "");
            byte[] bytes = reply.replaceFirst("^4\\d\\d ", "").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(reply.matches("(?s)4\\d\\d .*") ? Integer.parseInt(reply.substring(0, 3)) : 200,
                    bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        NativeApi api = new NativeApi(new HostAddress("http", "127.0.0.1", server.getAddress().getPort(), ""));
        commands = new SlashCommands(dialogue, new RemoteClient(api), () -> api, new SetCommand(dialogue, on -> history = on, out, err), out, err);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String said(String line) {
        commands.obey(line);
        String text = outBytes.toString(StandardCharsets.UTF_8) + errBytes.toString(StandardCharsets.UTF_8);
        outBytes.reset();
        errBytes.reset();
        return text;
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "/set parameter seed 7|Set parameter 'seed' to '7'",
        "/set parameter stop a b|Set parameter 'stop' to 'a, b'",
        "/set parameter temperature x|Couldn't set parameter: \"invalid float value [x]\"",
        "/set parameter top_k 1.5|Couldn't set parameter: \"invalid int value [1.5]\"",
        "/set parameter use_mmap maybe|Couldn't set parameter: \"invalid bool value [maybe]\"",
        "/set parameter bogus 1|Couldn't set parameter: \"unknown parameter 'bogus'\"",
        "/set wordwrap|Set 'wordwrap' mode.",
        "/set nowordwrap|Set 'nowordwrap' mode.",
        "/set verbose|Set 'verbose' mode.",
        "/set quiet|Set 'quiet' mode.",
        "/set format json|Set format to 'json' mode.",
        "/set format xml|Invalid or missing format. For 'json' mode use '/set format json'",
        "/set noformat|Disabled format.",
        "/set think extreme|error: invalid think value: \"extreme\" (must be true, false, low, medium, high, or max)",
        "/set bogus|Unknown command '/set bogus'. Type /? for help",
        "/bogus|Unknown command '/bogus'. Type /? for help",
        "/show bogus|Unknown command '/show bogus'. Type /? for help",
        "/clear|Cleared session context"
    })
    void commandsConfirmOrRefuse(String line, String expected) {
        assertEquals(expected + "\n", said(line));
    }

    @Test
    void whatIsSetCountsInTheNextRequest() {
        said("/set parameter temperature 0.5");
        said("/set parameter stop a b");
        said("/set format json");
        said("/set nohistory");
        assertEquals(Map.of("temperature", 0.5, "stop", List.of("a", "b")), dialogue.settings.options());
        assertEquals(new OutputFormat.Json(), dialogue.settings.format());
        assertEquals(false, history);
    }

    @Test
    void thinkingWarnsForAModelWithoutIt() {
        assertEquals("Set 'think' mode.\nwarning: model \"demo\" does not support thinking output\n", said("/set think"));
        dialogue.profile = new ModelClient.Profile(Set.of("thinking"), List.of());
        assertEquals("Set 'think' mode to 'high'.\n", said("/set think high"));
        assertEquals(Thinking.HIGH, dialogue.settings.thinking());
        assertEquals("Set 'nothink' mode.\n", said("/set nothink"));
    }

    @Test
    void theSystemMessageMayHaveLinesAndSurvivesClearing() {
        said("/set system \"\"\"Be brief.\n Be kind.\"\"\"");
        assertEquals("Be brief.\n Be kind.", dialogue.system);
        said("/set system Be loud.");
        assertEquals(List.of("Be loud."), dialogue.messages().stream().map(Message::content).toList());
        dialogue.said(Message.of("user", "hello"));
        said("/clear");
        assertEquals(List.of("system"), dialogue.messages().stream().map(Message::role).toList());
    }

    @Test
    void aModelIsLoadedAndTheConversationBeginsAnew() {
        dialogue.said(Message.of("user", "hello"));
        replies.put("/api/show", "{\"capabilities\":[\"completion\",\"thinking\"]}");
        replies.put("/api/generate", "{\"done\":true,\"done_reason\":\"load\"}\n");
        assertEquals("Loading model 'other'\n", said("/load other"));
        assertEquals("other", dialogue.model);
        assertTrue(dialogue.messages().isEmpty() && dialogue.profile.can("thinking"));
        replies.put("/api/show", "404 {\"error\":\"model 'nope:latest' not found\"}");
        assertEquals("Loading model 'nope'\nCouldn't find model 'nope'\n", said("/load nope"));
        assertEquals("other", dialogue.model);
        assertEquals("Usage:\n  /load <modelname>\n", said("/load"));
    }

    @Test
    void aSessionIsSavedAsAModel() {
        replies.put("/api/create", "{\"status\":\"writing manifest\"}\n{\"status\":\"success\"}\n");
        said("/set system Be brief.");
        said("/set parameter seed 7");
        dialogue.said(Message.of("user", "hello"));
        dialogue.said(Message.of("assistant", "hi"));
        assertEquals("Created new model 'mine'\n", said("/save mine"));
        String sent = requests.getLast();
        assertTrue(sent.startsWith("/api/create {\"model\":\"mine\",\"from\":\"demo\",\"system\":\"Be brief.\",\"parameters\":{\"seed\":7},\"messages\":["), sent);
        replies.put("/api/create", "400 {\"error\":\"invalid model name\"}");
        assertEquals("error: The model name 'bad name' is invalid\n".replace("bad name", "b@d"), said("/save b@d"));
    }

    @Test
    void textsOfTheModelAreShownWithWhatTheSessionSet() {
        replies.put("/api/show", "{\"parameters\":\"stop                           \\\"x\\\"\\nseed                           7\",\"modelfile\":\"FROM x\"}");
        said("/set parameter seed 7");
        assertEquals("""
                Model defined parameters:
                  stop                           "x"

                User defined parameters:
                  seed                           7

                """, said("/show parameters"));
        assertEquals("FROM x\n", said("/show modelfile"));
        assertTrue(requests.getLast().contains("\"options\":{\"seed\":7}"), requests.getLast());
        assertEquals("No license was specified for this model.\n", said("/show license"));
        assertEquals("No system message was specified for this model.\n", said("/show system"));
        assertTrue(said("/show").contains("/show modelfile"), "usage");
    }

    @Test
    void helpHasPages() {
        assertTrue(said("/?").contains("/set            Set session variables"));
        assertTrue(said("/? set").contains("/set noformat"));
        assertTrue(said("/help shortcuts").contains("Ctrl + k"));
        assertTrue(said("/set").contains("/set nothink"));
        assertTrue(said("/set parameter seed").contains("/set parameter num_ctx"));
        assertEquals(SlashCommands.Outcome.LEAVE, commands.obey("/bye"));
    }
}
