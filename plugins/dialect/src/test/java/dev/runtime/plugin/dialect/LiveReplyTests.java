package dev.runtime.plugin.dialect;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.testkit.MemoryExchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveReplyTests {
    private final MemoryExchange exchange = new MemoryExchange("POST", "/", "");
    private final LiveReply live = new LiveReply(exchange, LiveReply.EVENTS, List.of("ignored ü"));
    private final List<RuntimeFailure> failures = new ArrayList<>();

    @Test
    void everyPartIsOneFlush() throws IOException {
        live.run(() -> {
            live.data(Map.of("a", "ü\n"));
            live.event("end", List.of());
            live.done();
        }, failures::add);
        assertEquals(List.of("data: {\"a\":\"ü\\n\"}\n\n", "event: end\ndata: []\n\n", "data: [DONE]\n\n"), exchange.flushed());
        assertEquals(200, exchange.status());
        assertEquals("text/event-stream", exchange.contentType());
        assertEquals("no-cache", exchange.replyHeaders().get("cache-control"));
        assertEquals("ignored ?", exchange.replyHeaders().get("runtime-notes"));
    }

    @Test
    void failureBeforeTheFirstPartEscapes() {
        RuntimeFailure failure = new RuntimeFailure(ErrorCode.SERVER_BUSY, "busy");
        assertSame(failure, assertThrows(RuntimeFailure.class, () -> live.run(() -> {
            throw failure;
        }, failures::add)));
        assertFalse(exchange.replied());
        assertEquals(List.of(), failures);
    }

    @Test
    void failureOnTheWayIsPassedOn() throws IOException {
        RuntimeFailure failure = new RuntimeFailure(ErrorCode.DEVICE_FAILED, "broken");
        live.run(() -> {
            live.data(1);
            throw failure;
        }, failures::add);
        assertEquals(List.of(failure), failures);
    }

    @Test
    void faultOnTheWayIsPassedOnWithoutParticulars() throws IOException {
        live.run(() -> {
            live.data(1);
            throw new IllegalStateException("at /secret/path, expected by the test");
        }, failures::add);
        assertEquals(ErrorCode.INTERNAL, failures.getFirst().code());
        assertFalse(failures.getFirst().getMessage().contains("secret"));
    }

    @Test
    void clientThatIsGoneIsNoFailureOfTheWork() {
        exchange.leavingAfter(1);
        assertThrows(IOException.class, () -> live.run(() -> {
            live.data(1);
            live.data(2);
        }, failures::add));
        assertEquals(List.of(), failures);
        assertTrue(exchange.cancellation().cancelled());
    }

    @Test
    void clientThatIsGoneWhenAFailureIsWritten() {
        exchange.leavingAfter(1);
        assertThrows(IOException.class, () -> live.run(() -> {
            live.data(1);
            throw new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "request canceled");
        }, failure -> live.data(failure.getMessage())));
    }
}
