package dev.runtime.plugin.http.undertow;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.WebSocket;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.websockets.WebSocketConnectionCallback;
import io.undertow.websockets.WebSocketProtocolHandshakeHandler;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The WebSockets of a server: makes them, and closes those that are left. */
final class OpenSockets {
    private static final HttpString KEY = new HttpString("Sec-WebSocket-Key");
    private static final HttpString VERSION = new HttpString("Sec-WebSocket-Version");
    private static final long MAX_MESSAGE = 16 * 1024 * 1024;

    private final Set<UndertowSocket> open = ConcurrentHashMap.newKeySet();
    private final long maxMessageBytes;

    /** Messages are bounded like bodies, and by 16 MiB. */
    OpenSockets(long maxBodyBytes) {
        maxMessageBytes = Math.min(maxBodyBytes, MAX_MESSAGE);
    }

    /**
     * Checks.
     *
     * @throws RuntimeFailure with {@code request.invalid} if the request is no handshake
     */
    static void check(HttpServerExchange exchange) {
        String upgrade = exchange.getRequestHeaders().getFirst(Headers.UPGRADE);
        if (!"websocket".equalsIgnoreCase(upgrade) || !exchange.getRequestMethod().toString().equals("GET")
                || !exchange.getRequestHeaders().contains(KEY)
                || !"13".equals(exchange.getRequestHeaders().getFirst(VERSION))) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                    "this address takes WebSocket handshakes only (GET, Upgrade: websocket, version 13)");
        }
    }

    /** Answers a checked handshake. */
    void upgrade(HttpServerExchange exchange, WebSocket.Listener listener) throws IOException {
        WebSocketConnectionCallback connected =
                (facade, channel) -> new UndertowSocket(channel, listener, maxMessageBytes, open).begin();
        try {
            new WebSocketProtocolHandshakeHandler(connected).handleRequest(exchange);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }

    void close() {
        open.forEach(UndertowSocket::goAway);
    }
}
