package dev.runtime.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.RequestFilter;
import dev.runtime.api.http.Route;
import dev.runtime.api.http.WebSocket;
import dev.runtime.api.testkit.MemoryExchange;
import dev.runtime.kernel.config.SettingsLoader;
import dev.runtime.kernel.plugin.ServiceRegistry;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HttpFrontTests {
    private static final InetSocketAddress LOCAL = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final Duration LONG = Duration.ofSeconds(60);

    private final ServiceRegistry registry = new ServiceRegistry();
    private final Settings settings =
            SettingsLoader.load(CoreKeys.all(), Optional.empty(), Map.of(), Map.of(CoreKeys.MAX_BODY.name(), "1MiB"));
    private final AtomicInteger listened = new AtomicInteger();
    private final HttpFront front = new HttpFront(registry, () -> settings, listened::incrementAndGet);
    private final FakeHost host = new FakeHost();
    private final FakeEndpoint endpoint = new FakeEndpoint();

    @BeforeEach
    void open() {
        front.open();
        registry.add(HttpHost.class, host);
    }

    @AfterEach
    void close() {
        front.close();
    }

    private void serve() {
        registry.add(Endpoint.class, endpoint);
        front.listen(LOCAL);
    }

    @Test
    void listeningTellsTheRealPortAndPassesTheLimits() {
        serve();
        assertEquals(4711, front.address().orElseThrow().getPort());
        assertEquals(1 << 20, host.settings.maxBodyBytes());
        assertEquals(Duration.ofSeconds(30), host.settings.bodyTimeout());
        RuntimeFailure twice = assertThrows(RuntimeFailure.class, () -> front.listen(LOCAL));
        assertEquals(ErrorCode.CONFIG_INVALID, twice.code());
        assertEquals(1, listened.get());
        front.stop();
        assertTrue(front.address().isEmpty());
        assertEquals(1, host.closed);
    }

    @Test
    void anAddressInUseIsNamed() {
        host.refusal = Optional.of(new BindException("Address already in use"));
        RuntimeFailure failure = assertThrows(RuntimeFailure.class,
                () -> front.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 11434)));
        assertEquals(ErrorCode.CONFIG_INVALID, failure.code());
        assertTrue(failure.getMessage().startsWith("cannot listen at 127.0.0.1:11434: Address already in use"), failure.getMessage());
        assertTrue(front.address().isEmpty());
    }

    @Test
    void withoutHostThereIsAReason() {
        registry.remove(HttpHost.class, host);
        assertTrue(assertThrows(RuntimeFailure.class, () -> front.listen(LOCAL)).getMessage().contains("no plug-in provides an HTTP host"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET  | /a/1       | 200 | one 1                  | ",
        "GET  | /nothing   | 404 | 404 page not found     | ",
        "PUT  | /nothing   | 404 | 404 page not found     | ",
        "PUT  | /a/1       | 405 | 405 method not allowed | ",
        "HEAD | /a/1       | 405 | 405 method not allowed | ",
        "GET  | /a/1/      | 301 |                        | /a/1",
        "POST | /a/1/      | 307 |                        | /a/1",
        "GET  | //a//1     | 301 |                        | /a/1",
        "POST | /b/../a/1  | 307 |                        | /a/1",
        "GET  | //a/1/     | 301 |                        | /a/1",
        "GET  | //evil.example/ | 404 | 404 page not found | ",
        "GET  | /f/../secret | 404 | 404 page not found   | ",
        "GET  | /a/b\\c     | 404 | 404 page not found    | "})
    void routes(String method, String path, int status, String text, String location) throws Exception {
        endpoint.route("GET", "/a/{x}", e -> e.send(200, "text/plain", ("one " + e.pathParameter("x")).getBytes(StandardCharsets.UTF_8)))
                .text("POST", "/a/{x}", "two").text("GET", "/f/{file*}", "file");
        serve();
        MemoryExchange reply = host.request(method, path);
        assertEquals(status, reply.status());
        assertEquals(text == null ? "" : text, reply.text());
        assertEquals(location, reply.replyHeaders().get("location"));
        if (status == 405) {
            assertEquals("GET, POST", reply.replyHeaders().get("allow"));
            assertEquals("text/plain", reply.contentType());
        }
    }

    @Test
    void redirectsKeepTheQuery() throws Exception {
        endpoint.text("GET", "/a", "a");
        serve();
        MemoryExchange reply = host.request(FakeHost.local("GET", "/a/").withQuery("q", "1 &?").withQuery("n", ""));
        assertEquals(301, reply.status());
        assertEquals("/a?q=1+%26%3F&n=", reply.replyHeaders().get("location"));
    }

    @Test
    void theGuardStandsBeforeEverything() throws Exception {
        serve();
        assertEquals(403, host.request(new MemoryExchange("GET", "/nothing", "").with("Host", "evil.example")).status());
        assertEquals(403, host.request(FakeHost.local("POST", "/nothing").with("Origin", "https://evil.example")).status());
        MemoryExchange reply = host.request(FakeHost.local("GET", "/nothing").with("Origin", "http://localhost:3000"));
        assertEquals(404, reply.status());
        assertEquals("http://localhost:3000", reply.replyHeaders().get("access-control-allow-origin"));
    }

    @Test
    void failuresTakeTheShapeOfTheDialect() throws Exception {
        endpoint.route("GET", "/known", _ -> {
            throw new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "no model");
        }).route("GET", "/bug", _ -> {
            throw new IllegalStateException("secret");
        }).route("GET", "/disk", _ -> {
            throw new IOException("secret");
        }).route("GET", "/heap", _ -> {
            throw new OutOfMemoryError("test");
        }).route("GET", "/link", _ -> {
            throw new NoSuchMethodError("secret");
        }).route("GET", "/deep", HttpFrontTests::descend);
        serve();
        assertReply(404, "model.not_found: no model", "/known");
        assertReply(500, "internal: internal error (IllegalStateException); the log of the server has the details", "/bug");
        assertReply(500, "internal: internal error (IOException); the log of the server has the details", "/disk");
        assertReply(500, "device.out_of_memory: out of memory; a smaller request or context may succeed", "/heap");
        assertReply(500, "internal: internal error (NoSuchMethodError); the log of the server has the details", "/link");
        assertReply(500, "internal: internal error (StackOverflowError); the log of the server has the details", "/deep");
    }

    private static void descend(HttpExchange exchange) {
        descend(exchange);
        exchange.method();
    }

    private void assertReply(int status, String text, String path) throws Exception {
        MemoryExchange reply = host.request("GET", path);
        assertEquals(status, reply.status());
        assertEquals("fake/error", reply.contentType());
        assertEquals(text, reply.text());
    }

    @Test
    void anEndpointThatCannotEvenWriteItsFailureIsAnsweredFor() throws Exception {
        Endpoint broken = new Endpoint() {
            @Override
            public String name() {
                return "broken";
            }

            @Override
            public List<Route> routes() {
                return List.of(new Route("GET", "/x", _ -> {
                    throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "bad");
                }));
            }

            @Override
            public ErrorBody error(RuntimeFailure failure) {
                throw new NoClassDefFoundError("test");
            }
        };
        registry.add(Endpoint.class, broken);
        front.listen(LOCAL);
        MemoryExchange reply = host.request("GET", "/x");
        assertEquals(400, reply.status());
        assertEquals("bad", reply.text());
    }

    @Test
    void aFailureInTheMiddleOfAReplyEndsTheConnection() {
        endpoint.route("GET", "/half", exchange -> {
            exchange.output(200, "text/plain").write('x');
            throw new IllegalStateException("test");
        });
        serve();
        MemoryExchange exchange = FakeHost.local("GET", "/half");
        assertThrows(IOException.class, () -> host.request(exchange));
        assertEquals("x", exchange.text());
    }

    @Test
    void aClientThatIsGoneIsNotAnswered() {
        endpoint.route("GET", "/gone", exchange -> {
            exchange.cancellation().cancel();
            throw new IOException("broken pipe");
        });
        serve();
        MemoryExchange exchange = FakeHost.local("GET", "/gone");
        assertThrows(IOException.class, () -> host.request(exchange));
        assertFalse(exchange.replied());
    }

    @Test
    void whoFindsTheServerBusyIsToldWhenToComeAgain() throws Exception {
        endpoint.route("GET", "/busy", _ -> {
            throw new RuntimeFailure(ErrorCode.SERVER_BUSY, "busy");
        });
        serve();
        MemoryExchange reply = host.request("GET", "/busy");
        assertEquals(503, reply.status());
        assertEquals("1", reply.replyHeaders().get("retry-after"));
    }

    @Test
    void filtersRunByOrderAroundKnownAndUnknownPaths() throws Exception {
        endpoint.route("GET", "/x", e -> e.send(200, "text/plain", ("" + e.attributes().get("seen")).getBytes(StandardCharsets.UTF_8)));
        registry.add(RequestFilter.class, filter(20, (e, next) -> {
            e.attributes().merge("seen", "20 ", (a, b) -> a + "" + b);
            next.handle(e);
        }));
        registry.add(RequestFilter.class, filter(10, (e, next) -> {
            e.attributes().merge("seen", "10 ", (a, b) -> a + "" + b);
            if (e.header("Authorization").isEmpty()) {
                throw new RuntimeFailure(ErrorCode.UNAUTHORIZED, "who are you?");
            }
            next.handle(e);
        }));
        serve();
        assertEquals("10 20 ", host.request(FakeHost.local("GET", "/x").with("Authorization", "me")).text());
        assertReply(401, "auth.unauthorized: who are you?", "/x");
        MemoryExchange unknown = host.request("GET", "/unknown");
        assertEquals(401, unknown.status());
        assertEquals("who are you?", unknown.text());
    }

    @Test
    void routesGoWithTheirEndpoint() throws Exception {
        endpoint.text("GET", "/x", "x");
        serve();
        assertEquals(200, host.request("GET", "/x").status());
        registry.remove(Endpoint.class, endpoint);
        MemoryExchange reply = host.request("GET", "/x");
        assertEquals(404, reply.status());
        assertEquals("404 page not found", reply.text());
    }

    @Test
    void theFirstEndpointKeepsARouteUntilItGoes() throws Exception {
        FakeEndpoint other = new FakeEndpoint().text("GET", "/x", "other");
        endpoint.text("GET", "/x", "first");
        serve();
        registry.add(Endpoint.class, other);
        assertEquals("first", host.request("GET", "/x").text());
        registry.remove(Endpoint.class, endpoint);
        assertEquals("other", host.request("GET", "/x").text());
    }

    @Test
    void drainingWaitsForRunningRequests() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        endpoint.route("GET", "/slow", exchange -> {
            running.countDown();
            release.await();
            exchange.send(200, "text/plain", "done".getBytes(StandardCharsets.UTF_8));
        });
        serve();
        FutureTask<MemoryExchange> request = new FutureTask<>(() -> host.request("GET", "/slow"));
        Thread.ofVirtual().start(request);
        running.await();
        registry.remove(Endpoint.class, endpoint);
        FutureTask<Integer> drained = new FutureTask<>(() -> {
            front.drain(List.of(endpoint), LONG);
            return request.get().status();
        });
        Thread.ofVirtual().start(drained);
        assertFalse(drained.isDone());
        assertEquals(404, host.request("GET", "/slow").status());
        release.countDown();
        assertEquals(200, drained.get(60, TimeUnit.SECONDS));
    }

    @Test
    void whatTakesLongerThanTheLimitIsCancelled() throws Exception {
        CountDownLatch running = new CountDownLatch(1);
        endpoint.route("GET", "/endless", exchange -> {
            CountDownLatch cancelled = new CountDownLatch(1);
            exchange.cancellation().onCancel(cancelled::countDown);
            running.countDown();
            cancelled.await();
            exchange.send(499, "text/plain", new byte[0]);
        });
        serve();
        FutureTask<MemoryExchange> request = new FutureTask<>(() -> host.request("GET", "/endless"));
        Thread.ofVirtual().start(request);
        running.await();
        registry.remove(Endpoint.class, endpoint);
        front.drain(List.of(endpoint), Duration.ofMillis(1));
        assertEquals(499, request.get(60, TimeUnit.SECONDS).status());
    }

    @Test
    void openSocketsAreClosedWhenTheirEndpointGoes() throws Exception {
        StringBuilder said = new StringBuilder();
        endpoint.route("GET", "/ws", exchange -> exchange.upgrade(new WebSocket.Listener() {
            @Override
            public void opened(WebSocket socket) {
                said.append("opened ");
            }

            @Override
            public void text(WebSocket socket, String message) {
                said.append(message).append(' ');
            }

            @Override
            public void closed(WebSocket socket) {
                said.append("closed");
            }
        }));
        serve();
        MemoryExchange upgrade = host.request("GET", "/ws");
        FakeSocket socket = new FakeSocket(upgrade.listener());
        upgrade.listener().opened(socket);
        upgrade.listener().text(socket, "hi");
        registry.remove(Endpoint.class, endpoint);
        front.drain(List.of(endpoint), LONG);
        assertEquals("opened hi closed", said.toString());
    }

    @Test
    void aHostThatGoesStopsListening() {
        serve();
        registry.remove(HttpHost.class, host);
        front.drain(List.of(host), LONG);
        assertEquals(1, host.closed);
        assertTrue(front.address().isEmpty());
    }

    private static RequestFilter filter(int order, FilterBody body) {
        return new RequestFilter() {
            @Override
            public int order() {
                return order;
            }

            @Override
            public void filter(HttpExchange exchange, HttpHandler next) throws Exception {
                body.run(exchange, next);
            }
        };
    }

    private interface FilterBody {
        void run(HttpExchange exchange, HttpHandler next) throws Exception;
    }

    private record FakeSocket(WebSocket.Listener listener) implements WebSocket {
        @Override
        public void send(String message) {}

        @Override
        public void close() {
            listener.closed(this);
        }
    }
}
