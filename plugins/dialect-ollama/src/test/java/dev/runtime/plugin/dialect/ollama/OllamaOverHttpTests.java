package dev.runtime.plugin.dialect.ollama;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.HttpSettings;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Inference;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.LoadedModel;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.ScoreRequest;
import dev.runtime.api.inference.ScoreResult;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.model.Capability;
import dev.runtime.api.testkit.FakeModels;
import dev.runtime.api.testkit.FakeRuntime;
import dev.runtime.api.testkit.FakeSettings;
import dev.runtime.api.testkit.RawHttp;
import dev.runtime.api.text.Tokenizer;
import dev.runtime.plugin.http.undertow.UndertowHost;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The dialect on the real host, with an engine that a test drives step by step. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class OllamaOverHttpTests {
    private final LinkedBlockingQueue<GenerationEvent> events = new LinkedBlockingQueue<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private HttpHost.Listening listening;

    @BeforeEach
    void listen() throws Exception {
        OllamaEndpoint endpoint = new OllamaEndpoint();
        endpoint.start(new FakeRuntime(new FakeModels().with("test", Capability.COMPLETION), new DrivenInference(),
                new FakeSettings(Map.of())));
        var settings = new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4096, 8192,
                Duration.ofSeconds(10), Duration.ofSeconds(10));
        listening = new UndertowHost().listen(settings, exchange -> route(endpoint, exchange));
    }

    @AfterEach
    void close() {
        listening.close();
    }

    private static void route(Endpoint endpoint, HttpExchange exchange) throws Exception {
        try {
            for (var route : endpoint.routes()) {
                if (route.method().equals(exchange.method()) && route.path().equals(exchange.path())) {
                    route.handler().handle(exchange);
                }
            }
        } catch (RuntimeFailure e) {
            var body = endpoint.error(e);
            exchange.send(body.status(), body.contentType(), body.body().getBytes(StandardCharsets.UTF_8));
        }
    }

    private HttpRequest chat(String more) {
        String body = "{\"model\":\"test\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]" + more + "}";
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listening.address().getPort() + "/api/chat"))
                .version(HttpClient.Version.HTTP_1_1).POST(HttpRequest.BodyPublishers.ofString(body)).build();
    }

    @Test
    void linesArriveOneByOne() throws Exception {
        events.add(new GenerationEvent.Content("Hé", List.of()));
        try (HttpClient client = HttpClient.newHttpClient()) {
            var reply = client.send(chat(""), HttpResponse.BodyHandlers.ofInputStream());
            assertEquals("application/x-ndjson", reply.headers().firstValue("content-type").orElseThrow());
            try (var lines = new BufferedReader(new InputStreamReader(reply.body(), StandardCharsets.UTF_8))) {
                assertTrue(lines.readLine().contains("\"content\":\"Hé\""));
                events.add(new GenerationEvent.Done(FinishReason.STOP, Usage.NONE, List.of(), new int[0]));
                assertTrue(lines.readLine().contains("\"done\":true"));
                assertEquals(null, lines.readLine());
            }
        }
    }

    @Test
    void clientThatLeavesWhileNothingIsWrittenCancels() throws Exception {
        leaveAfter("");
    }

    @Test
    void clientThatLeavesAReplyInOnePieceCancels() throws Exception {
        leaveAfter(",\"stream\":false");
    }

    private void leaveAfter(String more) throws Exception {
        String body = "{\"model\":\"test\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]" + more + "}";
        try (RawHttp raw = new RawHttp(listening.address())) {
            raw.write("POST /api/chat HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
            begun.await();
        }
        assertTrue(cancelled.await(20, TimeUnit.SECONDS), "the generation was not cancelled");
    }

    @Test
    void bodyThatIsTooLong() throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            var reply = client.send(chat(",\"format\":\"" + "x".repeat(5000) + "\""), HttpResponse.BodyHandlers.ofString());
            assertEquals(413, reply.statusCode());
            assertTrue(reply.body().startsWith("{\"error\":"), reply.body());
        }
    }

    /** Passes on what the test puts into the queue, until the end or cancellation. */
    private final class DrivenInference implements Inference {
        @Override
        public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> consumer) {
            cancellation.onCancel(() -> {
                cancelled.countDown();
                events.add(new GenerationEvent.Rendered("", 0));
            });
            begun.countDown();
            GenerationEvent event;
            do {
                try {
                    event = events.take();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                cancellation.check();
                consumer.accept(event);
            } while (!(event instanceof GenerationEvent.Done));
        }

        @Override
        public EmbedResult embed(EmbedRequest request, Cancellation cancellation) {
            throw new UnsupportedOperationException();
        }

        @Override
        public ScoreResult score(ScoreRequest request, Cancellation cancellation) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LoadedModel load(String model, Options options, KeepAlive keepAlive, Cancellation cancellation) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void unload(String model) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<LoadedModel> loaded() {
            return List.of();
        }

        @Override
        public Tokenizer tokenizer(String model) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int[] tokenize(String model, String text, boolean special) {
            throw new UnsupportedOperationException();
        }

        @Override
        public String detokenize(String model, int[] tokens) {
            throw new UnsupportedOperationException();
        }
    }
}
