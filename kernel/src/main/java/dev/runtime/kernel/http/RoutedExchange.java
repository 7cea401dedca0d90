package dev.runtime.kernel.http;

import dev.runtime.api.Cancellation;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.WebSocket;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A host's exchange with the path parameters of its route; knows what must end with its endpoint. */
final class RoutedExchange implements HttpExchange {
    private final HttpExchange host;
    private final Optional<RoutingTable.Match> match;
    private volatile Optional<Cancellation> cancellation = Optional.empty();

    /**
     * Creates.
     *
     * @param match the route; nothing for a path that has none
     */
    RoutedExchange(HttpExchange host, Optional<RoutingTable.Match> match) {
        this.host = host;
        this.match = match;
    }

    Optional<RoutingTable.Match> match() {
        return match;
    }

    /** Cancels the request, if its handler asked for the signal. For any thread. */
    void cancel() {
        cancellation.ifPresent(Cancellation::cancel);
    }

    @Override
    public String pathParameter(String name) {
        String value = match.map(found -> found.parameters().get(name)).orElse(null);
        if (value == null) {
            throw new IllegalArgumentException("the route has no path parameter " + name);
        }
        return value;
    }

    @Override
    public Cancellation cancellation() {
        Cancellation signal = host.cancellation();
        cancellation = Optional.of(signal);
        return signal;
    }

    @Override
    public void upgrade(WebSocket.Listener listener) throws IOException {
        host.upgrade(match.isPresent() ? new Counted(listener, match.get().target().endpoint()) : listener);
    }

    /** Tells the endpoint's count of a socket's life. */
    private record Counted(WebSocket.Listener listener, InUse endpoint) implements WebSocket.Listener {
        @Override
        public void opened(WebSocket socket) {
            if (endpoint.opened(socket)) {
                listener.opened(socket);
            } else {
                socket.close();
            }
        }

        @Override
        public void text(WebSocket socket, String message) {
            listener.text(socket, message);
        }

        @Override
        public void closed(WebSocket socket) {
            try {
                listener.closed(socket);
            } finally {
                endpoint.closed(socket);
            }
        }
    }

    @Override
    public String method() {
        return host.method();
    }

    @Override
    public String path() {
        return host.path();
    }

    @Override
    public Optional<String> query(String name) {
        return host.query(name);
    }

    @Override
    public String rawQuery() {
        return host.rawQuery();
    }

    @Override
    public Optional<String> header(String name) {
        return host.header(name);
    }

    @Override
    public Map<String, List<String>> headers() {
        return host.headers();
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return host.remoteAddress();
    }

    @Override
    public boolean secure() {
        return host.secure();
    }

    @Override
    public InputStream body() {
        return host.body();
    }

    @Override
    public InputStream longBody() {
        return host.longBody();
    }

    @Override
    public Map<String, Object> attributes() {
        return host.attributes();
    }

    @Override
    public void replyHeader(String name, String value) {
        host.replyHeader(name, value);
    }

    @Override
    public boolean replied() {
        return host.replied();
    }

    @Override
    public void send(int status, String contentType, byte[] body) throws IOException {
        host.send(status, contentType, body);
    }

    @Override
    public OutputStream output(int status, String contentType) throws IOException {
        return host.output(status, contentType);
    }
}
