package dev.runtime.api.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpHost;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** What every {@link HttpHost} must do with requests and replies. Extend it and return a host. */
public abstract class HttpHostContractTests extends HttpHostKit {
    private static final Duration SHORT = Duration.ofMillis(200);

    @Test
    void requestArrivesAsItWasSent() throws Exception {
        listen(x -> answer(x, String.join("|", x.method(), x.path(), x.query("q").orElse("?"), x.query("none").orElse("?"),
                x.rawQuery(), x.header("x-one").orElse("?"), x.headers().get("x-one").getFirst(), String.valueOf(x.secure()),
                x.remoteAddress().getAddress().getHostAddress())));
        var reply = send(HttpRequest.newBuilder(uri("/a%20b/%C3%BC?q=x%26y+z&q=2")).header("X-One", "eins"));
        assertEquals("GET|/a b/ü|x&y z|?|q=x%26y+z&q=2|eins|eins|false|" + address.getAddress().getHostAddress(), reply.body());
        assertEquals(PLAIN, reply.headers().firstValue("content-type").orElseThrow());
    }

    @Test
    void encodedSlashStaysEncoded() throws Exception {
        listen(x -> answer(x, x.path() + x.rawQuery()));
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
        listen(SHORT, x -> answer(x, body(x)));
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
        listen(SHORT, x -> answer(x, "ok"));
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
}
