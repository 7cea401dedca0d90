package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.HttpSettings;
import dev.runtime.api.http.WebSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link HttpHost} must do. Extend it and return a host. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class HttpHostContractTests {
    private static final int BODY_LIMIT = 4 << 20;
    private static final String PLAIN = "text/plain; charset=utf-8";

    private final List<AutoCloseable> open = new ArrayList<>();
    private InetSocketAddress address;

    /** Returns a new host. */
    protected abstract HttpHost host();

    /** Listens with small limits; closed after the test. */
    protected final HttpHost.Listening listen(HttpHandler handler) throws IOException {
        var listening = host().listen(settings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), handler);
        open.add(listening);
        address = listening.address();
        return listening;
    }

    /** Connects to the host; closed after the test. */
    protected final RawHttp connect() throws IOException {
        RawHttp raw = new RawHttp(address);
        open.add(raw);
        return raw;
    }

    private static HttpSettings settings(InetSocketAddress address) {
        return new HttpSettings(address, BODY_LIMIT, 8 * 1024, Duration.ofMillis(300), Duration.ofSeconds(30));
    }

    private HttpResponse<String> get(String pathAndQuery) throws Exception {
        return send(HttpRequest.newBuilder(uri(pathAndQuery)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    private URI uri(String pathAndQuery) {
        return URI.create("http://" + address.getHostString() + ":" + address.getPort() + pathAndQuery);
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        exchange.send(200, PLAIN, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    @Test
    void requestArrivesAsItWasSent() throws Exception {
        listen(x -> answer(x, String.join("|", x.method(), x.path(), x.query("q").orElse("?"), x.query("none").orElse("?"),
                x.header("x-one").orElse("?"), x.headers().get("x-one").getFirst(), String.valueOf(x.secure()),
                x.remoteAddress().getAddress().getHostAddress())));
        var reply = send(HttpRequest.newBuilder(uri("/a%20b/%C3%BC?q=x%26y+z&q=2")).header("X-One", "eins"));
        assertEquals("GET|/a b/ü|x&y z|?|eins|eins|false|" + address.getAddress().getHostAddress(), reply.body());
        assertEquals(PLAIN, reply.headers().firstValue("content-type").orElseThrow());
    }

    @Test
    void encodedSlashStaysEncoded() throws Exception {
        listen(x -> answer(x, x.path()));
        assertEquals("/v1/a%2Fb/c", get("/v1/a%2fb/c").body());
    }

    @Test
    void brokenAddressesAreBadRequests() throws Exception {
        listen(x -> answer(x, x.path()));
        for (String path : List.of("/%", "/%2", "/%zz", "/%ff", "/a%00b")) {
            String head = connect().write("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n").head();
            assertTrue(head.startsWith("HTTP/1.1 400"), path + " gave " + head);
        }
    }

    @Test
    void bodiesOfBothKinds() throws Exception {
        listen(x -> answer(x, body(x)));
        String text = "ä".repeat(BODY_LIMIT / 2);
        assertEquals(text, send(HttpRequest.newBuilder(uri("/")).POST(BodyPublishers.ofString(text))).body());
        assertEquals("HTTP/1.1 200 OK hello", connect().write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                + "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n").reply());
    }

    @Test
    void deleteHasABody() throws Exception {
        listen(x -> answer(x, x.method() + body(x)));
        assertEquals("DELETE{}", send(HttpRequest.newBuilder(uri("/")).method("DELETE", BodyPublishers.ofString("{}"))).body());
    }

    @Test
    void clientThatWaitsForContinue() throws Exception {
        listen(x -> answer(x, body(x)));
        RawHttp raw = connect().write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
        assertEquals("HTTP/1.1 100 Continue", raw.head().strip());
        assertEquals("HTTP/1.1 200 OK ok", raw.write("ok").reply());
    }

    @Test
    void unreadBodyDoesNotDisturbTheNextRequest() throws Exception {
        listen(x -> answer(x, x.path()));
        RawHttp raw = connect();
        assertEquals("HTTP/1.1 200 OK /one", raw.write("POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello").reply());
        assertEquals("HTTP/1.1 200 OK /two", raw.write("GET /two HTTP/1.1\r\nHost: x\r\n\r\n").reply());
    }

    @Test
    void announcedBodyThatIsTooLarge() throws Exception {
        var code = new CompletableFuture<ErrorCode>();
        listen(x -> {
            code.complete(assertThrows(RuntimeFailure.class, () -> body(x)).code());
            x.send(413, PLAIN, "too large".getBytes(StandardCharsets.UTF_8));
        });
        assertEquals("HTTP/1.1 413 Request Entity Too Large too large",
                connect().write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + (BODY_LIMIT + 1) + "\r\n\r\nabc").reply());
        assertEquals(ErrorCode.REQUEST_TOO_LARGE, code.get());
    }

    @Test
    void endlessBodyIsCutOff() throws Exception {
        var code = new CompletableFuture<ErrorCode>();
        listen(x -> {
            try {
                body(x);
            } catch (RuntimeFailure e) {
                code.complete(e.code());
                throw e;
            }
        });
        RawHttp raw = connect().write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        for (int i = 0; i < 65; i++) {
            raw.write(chunk);
        }
        assertTrue(raw.head().startsWith("HTTP/1.1 413"));
        assertEquals(ErrorCode.REQUEST_TOO_LARGE, code.get());
        assertThrows(IOException.class, () -> {
            for (;;) {
                raw.write(chunk);
            }
        });
    }

    @Test
    void bodyThatStops() throws Exception {
        listen(x -> answer(x, body(x)));
        assertTrue(connect().write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc").head().startsWith("HTTP/1.1 408"));
    }

    @Test
    void headThatIsTooLong() throws Exception {
        listen(x -> answer(x, "ok"));
        RawHttp raw = connect();
        try {
            raw.write("GET / HTTP/1.1\r\nHost: x\r\nX-Long: " + "y".repeat(64 * 1024) + "\r\n\r\n");
        } catch (IOException closedEarly) {
            assertTrue(closedEarly instanceof java.net.SocketException);
        }
        assertFalse(raw.rest().contains("200 OK"));
        assertEquals("ok", get("/").body());
    }

    @Test
    void headThatStopsEndsTheConnection() throws Exception {
        listen(x -> answer(x, "ok"));
        assertFalse(connect().write("GET / HTTP/1.1\r\nHos").rest().contains("200 OK"));
    }

    @Test
    void slowClientsHoldUpNobody() throws Exception {
        listen(x -> answer(x, body(x)));
        List<RawHttp> slow = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            slow.add(connect().write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"));
        }
        assertEquals("HTTP/1.1 200 OK quick", connect().write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nquick").reply());
    }

    @Test
    void everyFlushArrivesAtOnce() throws Exception {
        var next = new CountDownLatch(1);
        listen(x -> {
            OutputStream out = x.output(200, "application/x-ndjson");
            out.write("{\"n\":1}\n".getBytes(StandardCharsets.UTF_8));
            out.flush();
            next.await();
            out.write("{\"n\":2}\n".getBytes(StandardCharsets.UTF_8));
        });
        RawHttp raw = connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(raw.head().toLowerCase().contains("transfer-encoding: chunked"));
        assertEquals("{\"n\":1}\n", raw.chunk());
        next.countDown();
        assertEquals("{\"n\":2}\n", raw.chunk());
        assertEquals("", raw.chunk());
    }

    @Test
    void largeReplyToAClientThatReadsLate() throws Exception {
        byte[] large = "0123456789abcdef".repeat(1 << 18).getBytes(StandardCharsets.US_ASCII);
        listen(x -> x.send(200, PLAIN, large));
        RawHttp raw = connect().write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        raw.head();
        assertEquals(new String(large, StandardCharsets.US_ASCII), raw.rest());
    }

    @Test
    void closedConnectionCancelsWhileNothingIsWritten() throws Exception {
        goneWhileWaiting("GET / HTTP/1.1\r\nHost: x\r\n\r\n", false);
    }

    @Test
    void closedConnectionCancelsAfterABody() throws Exception {
        goneWhileWaiting("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", false);
    }

    @Test
    void closedConnectionCancelsAfterAChunkedBodyAndStrayBytes() throws Exception {
        goneWhileWaiting("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n\r\n", false);
    }

    @Test
    void resetConnectionCancels() throws Exception {
        goneWhileWaiting("GET / HTTP/1.1\r\nHost: x\r\n\r\n", true);
    }

    private void goneWhileWaiting(String request, boolean reset) throws Exception {
        var waiting = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        listen(x -> {
            x.body().readAllBytes();
            x.cancellation().onCancel(cancelled::countDown);
            waiting.countDown();
            cancelled.await();
        });
        RawHttp raw = connect().write(request);
        waiting.await();
        if (reset) {
            raw.reset();
        } else {
            raw.close();
        }
        assertTrue(cancelled.await(20, TimeUnit.SECONDS), "the request was not cancelled");
    }

    @Test
    void clientThatLeavesAStreamEndsIt() throws Exception {
        var ended = new CompletableFuture<Boolean>();
        listen(x -> {
            OutputStream out = x.output(200, PLAIN);
            try {
                for (;;) {
                    out.write(new byte[1024]);
                    out.flush();
                }
            } catch (IOException e) {
                ended.complete(x.cancellation().cancelled());
            }
        });
        RawHttp raw = connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        raw.head();
        raw.close();
        assertTrue(ended.get(20, TimeUnit.SECONDS));
    }

    @Test
    void headHasNoBody() throws Exception {
        listen(x -> answer(x, "hello"));
        RawHttp raw = connect().write("HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertTrue(raw.head().toLowerCase().contains("content-length: 5"));
        assertEquals("HTTP/1.1 200 OK hello", raw.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply());
    }

    @Test
    void connectionsServeManyRequestsEvenWhenWatched() throws Exception {
        listen(x -> {
            assertFalse(x.cancellation().cancelled());
            answer(x, x.path() + body(x));
        });
        RawHttp raw = connect();
        for (int i = 0; i < 20; i++) {
            raw.write("POST /" + i + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n" + i % 10);
            assertEquals("HTTP/1.1 200 OK /" + i + i % 10, raw.reply());
        }
    }

    @Test
    void requestsAheadOfRepliesAreAnsweredInOrder() throws Exception {
        listen(x -> {
            x.cancellation();
            answer(x, x.path());
        });
        RawHttp raw = connect();
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 50; i++) {
            all.append("GET /").append(i).append(" HTTP/1.1\r\nHost: x\r\n\r\n");
        }
        raw.write(all.toString());
        for (int i = 0; i < 50; i++) {
            assertEquals("HTTP/1.1 200 OK /" + i, raw.reply());
        }
    }

    @Test
    void headersOfTheReply() throws Exception {
        listen(x -> {
            x.replyHeader("X-Notes", "a, b");
            assertThrows(IllegalArgumentException.class, () -> x.replyHeader("X-Bad", "a\r\nSet-Cookie: b"));
            assertFalse(x.replied());
            x.send(204, "", new byte[0]);
            assertTrue(x.replied());
            assertThrows(IllegalStateException.class, () -> x.send(200, PLAIN, new byte[0]));
        });
        var reply = get("/");
        assertEquals(204, reply.statusCode());
        assertEquals("a, b", reply.headers().firstValue("x-notes").orElseThrow());
        assertTrue(reply.headers().firstValue("set-cookie").isEmpty());
    }

    @Test
    void emptyReplyHasALength() throws Exception {
        listen(x -> x.send(200, "", new byte[0]));
        assertEquals("HTTP/1.1 200 OK ", connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n").reply());
    }

    @Test
    void failuresOfHandlersAreAnsweredAndHarmless() throws Exception {
        listen(x -> {
            switch (x.path()) {
                case "/runtime" -> throw new IllegalStateException("expected by the test");
                case "/memory" -> throw new OutOfMemoryError("expected by the test");
                case "/stack" -> throw new StackOverflowError("expected by the test");
                case "/busy" -> throw new RuntimeFailure(ErrorCode.SERVER_BUSY, "busy");
                case "/none" -> x.attributes().put("answered", false);
                default -> answer(x, "ok");
            }
        });
        for (String path : List.of("/runtime", "/memory", "/stack", "/none")) {
            assertEquals(500, get(path).statusCode(), path);
        }
        assertEquals(503, get("/busy").statusCode());
        assertEquals("ok", get("/").body());
    }

    @Test
    void failureAfterTheReplyBeganIsVisible() throws Exception {
        listen(x -> {
            OutputStream out = x.output(200, PLAIN);
            out.write("part".getBytes(StandardCharsets.UTF_8));
            out.flush();
            throw new IllegalStateException("expected by the test");
        });
        RawHttp raw = connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        raw.head();
        assertEquals("part", raw.chunk());
        String rest = raw.rest();
        assertFalse(rest.contains("0\r\n"), "a cut reply looks complete: " + rest);
    }

    @Test
    void closingWaitsForRunningRequests() throws Exception {
        var running = new CountDownLatch(1);
        var finish = new CountDownLatch(1);
        var listening = listen(x -> {
            running.countDown();
            finish.await();
            answer(x, "done");
        });
        RawHttp raw = connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        running.await();
        Thread closer = Thread.ofVirtual().start(listening::close);
        // the port is closed before the request ends
        while (connects()) {
            Thread.onSpinWait();
        }
        finish.countDown();
        assertEquals("HTTP/1.1 200 OK done", raw.reply());
        closer.join();
    }

    private boolean connects() throws IOException {
        try (RawHttp raw = new RawHttp(address)) {
            return raw != null;
        } catch (ConnectException refused) {
            return false;
        }
    }

    @Test
    void closingEndsRequestsThatDoNotEnd() throws Exception {
        var running = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        var interrupted = new CountDownLatch(1);
        var listening = listen(x -> {
            x.cancellation().onCancel(cancelled::countDown);
            running.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
        });
        connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        running.await();
        listening.close();
        assertTrue(cancelled.await(20, TimeUnit.SECONDS));
        assertTrue(interrupted.await(20, TimeUnit.SECONDS));
    }

    @Test
    void closingLeavesNoThread() throws Exception {
        List<Thread> before = List.copyOf(Thread.getAllStackTraces().keySet());
        var listening = listen(x -> answer(x, "ok"));
        RawHttp idle = connect().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assertEquals("HTTP/1.1 200 OK ok", idle.reply());
        listening.close();
        assertEquals("", idle.rest().replace("!", ""));
        for (Thread each : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(each) && !each.isDaemon() || each.getName().startsWith("http")) {
                each.join(20_000);
                assertFalse(each.isAlive(), "left over: " + each);
            }
        }
        listening.close();
    }

    @Test
    void addressInUse() throws Exception {
        listen(x -> answer(x, "ok"));
        assertThrows(IOException.class, () -> host().listen(settings(address), x -> {}));
    }

    @Test
    void webSocketCarriesTextBothWays() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        var server = new AtomicReference<WebSocket>();
        listen(x -> x.upgrade(new WebSocket.Listener() {
            @Override
            public void opened(WebSocket socket) {
                server.set(socket);
                events.add("opened " + Thread.currentThread().isVirtual());
            }

            @Override
            public void text(WebSocket socket, String message) {
                try {
                    socket.send("re: " + message);
                } catch (IOException e) {
                    events.add(e.toString());
                }
            }

            @Override
            public void closed(WebSocket socket) {
                events.add("closed");
            }
        }));
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        try (HttpClient client = HttpClient.newHttpClient()) {
            var socket = client.newWebSocketBuilder().buildAsync(URI.create(uri("/ws").toString().replace("http:", "ws:")),
                    new Collecting(received)).get();
            assertEquals("opened true", events.take());
            String large = "ü".repeat(100_000);
            for (int i = 0; i < 100; i++) {
                socket.sendText("m" + i, true).get();
            }
            socket.sendText(large, true).get();
            for (int i = 0; i < 100; i++) {
                assertEquals("re: m" + i, received.take());
            }
            assertEquals("re: " + large, received.take());
            server.get().close();
            assertEquals("close 1000", received.take());
            assertEquals("closed", events.take());
            assertThrows(IOException.class, () -> server.get().send("late"));
        }
    }

    @Test
    void webSocketWhoseClientLeavesIsClosed() throws Exception {
        var closed = new CountDownLatch(1);
        listen(x -> x.upgrade(new WebSocket.Listener() {
            @Override
            public void opened(WebSocket socket) {}

            @Override
            public void text(WebSocket socket, String message) {}

            @Override
            public void closed(WebSocket socket) {
                closed.countDown();
            }
        }));
        RawHttp raw = connect().write("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        assertTrue(raw.head().startsWith("HTTP/1.1 101"));
        raw.reset();
        assertTrue(closed.await(20, TimeUnit.SECONDS));
    }

    @Test
    void upgradeOfAnOrdinaryRequestIsRefused() throws Exception {
        listen(x -> {
            var failure = assertThrows(RuntimeFailure.class, () -> x.upgrade(null));
            answer(x, failure.code().code());
        });
        assertEquals("request.invalid", get("/").body());
    }

    /** Takes whole messages. */
    private static final class Collecting implements java.net.http.WebSocket.Listener {
        private final BlockingQueue<String> received;
        private final StringBuilder part = new StringBuilder();

        Collecting(BlockingQueue<String> received) {
            this.received = received;
        }

        @Override
        public CompletionStage<?> onText(java.net.http.WebSocket socket, CharSequence data, boolean last) {
            part.append(data);
            if (last) {
                received.add(part.toString());
                part.setLength(0);
            }
            socket.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(java.net.http.WebSocket socket, int status, String reason) {
            received.add("close " + status);
            return null;
        }
    }
}
