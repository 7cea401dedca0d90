package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.WebSocket;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What every {@link HttpHost} must do when clients leave, handlers fail or it is closed, and with WebSockets. */
public abstract class HttpHostLifeContractTests extends HttpHostKit {
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
        } catch (SocketException refusedOrReset) {
            // a connection that was waiting to be accepted when the port closed is reset
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
        assertThrows(IOException.class, () -> host().listen(settings(address, Duration.ofSeconds(1)), x -> {}));
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
