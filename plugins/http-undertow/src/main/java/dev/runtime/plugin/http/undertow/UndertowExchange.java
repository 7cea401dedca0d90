package dev.runtime.plugin.http.undertow;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpSettings;
import dev.runtime.api.http.WebSocket;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpServerConnection;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.xnio.IoUtils;

/** A request of Undertow as handlers see it. Everything but the cancellation is for the thread of the request. */
final class UndertowExchange implements HttpExchange {
    /** What is still taken in of a body that nobody read, so that its sender gets to see the reply. */
    private static final int LINGER_BYTES = 4 * 1024 * 1024;
    private static final Duration LINGER_TIME = Duration.ofSeconds(1);
    private static final byte[] FAILED = "internal error".getBytes(StandardCharsets.UTF_8);

    private final HttpServerExchange exchange;
    private final RequestTarget target;
    private final RequestBody body;
    private final Cancellation cancellation = new Cancellation();
    private final Map<String, Object> attributes = new HashMap<>();
    private final PeerWatch watch;
    private final OpenSockets sockets;
    private ReplyStream reply;
    private boolean replied;
    private boolean upgraded;
    private boolean watched;

    /**
     * Creates.
     *
     * @param sockets takes over after an upgrade
     * @throws RuntimeFailure with {@code request.invalid} if the path cannot be decoded
     */
    UndertowExchange(HttpServerExchange exchange, HttpSettings settings, OpenSockets sockets) {
        this.exchange = exchange;
        this.sockets = sockets;
        target = RequestTarget.of(exchange.getRequestPath(), exchange.getQueryString());
        body = new RequestBody(exchange, settings, cancellation::cancel, this::bodyArrived);
        watch = new PeerWatch((HttpServerConnection) exchange.getConnection(), cancellation::cancel);
    }

    @Override
    public String method() {
        return exchange.getRequestMethod().toString().toUpperCase(Locale.ROOT);
    }

    @Override
    public String path() {
        return target.path();
    }

    @Override
    public String pathParameter(String name) {
        throw new IllegalArgumentException("no path parameter " + name + ": the request was not routed");
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(target.query().get(name));
    }

    @Override
    public String rawQuery() {
        return exchange.getQueryString();
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
    }

    @Override
    public Map<String, List<String>> headers() {
        Map<String, List<String>> all = new LinkedHashMap<>();
        for (HeaderValues values : exchange.getRequestHeaders()) {
            all.put(values.getHeaderName().toString().toLowerCase(Locale.ROOT), List.of(values.toArray()));
        }
        return all;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return exchange.getSourceAddress();
    }

    @Override
    public boolean secure() {
        return exchange.getRequestScheme().equals("https");
    }

    @Override
    public InputStream body() {
        return body;
    }

    @Override
    public InputStream longBody() {
        return body.withoutLimit();
    }

    @Override
    public Cancellation cancellation() {
        watched = true;
        bodyArrived();
        return cancellation;
    }

    private void bodyArrived() {
        if (watched && body.ended()) {
            watch.start();
        }
    }

    @Override
    public Map<String, Object> attributes() {
        return attributes;
    }

    @Override
    public void replyHeader(String name, String value) {
        if (replied) {
            throw new IllegalStateException("header " + name + " comes too late: the reply has begun");
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' && c != '\t' || c == 0x7f || c > 0xff) {
                throw new IllegalArgumentException("header " + name + " has a character that is not allowed at " + i);
            }
        }
        exchange.getResponseHeaders().put(new HttpString(name), value);
    }

    @Override
    public boolean replied() {
        return replied;
    }

    @Override
    public void send(int status, String contentType, byte[] bytes) throws IOException {
        begin(status, bytes.length == 0 ? "" : contentType);
        boolean bodiless = status == 204 || status == 304;
        if (!bodiless) {
            exchange.setResponseContentLength(bytes.length);
        }
        open();
        if (!bodiless) {
            reply.write(bytes);
        }
        reply.close();
    }

    @Override
    public OutputStream output(int status, String contentType) throws IOException {
        begin(status, contentType);
        open();
        return reply;
    }

    @Override
    public void upgrade(WebSocket.Listener listener) throws IOException {
        if (replied) {
            throw new IllegalStateException("the reply has begun");
        }
        OpenSockets.check(exchange);
        watch.stop();
        replied = true;
        upgraded = true;
        sockets.upgrade(exchange, listener);
    }

    private void begin(int status, String contentType) {
        if (replied) {
            throw new IllegalStateException("the reply has begun");
        }
        if (!body.ended() && !body.shortRest()) {
            exchange.setPersistent(false);
        }
        replied = true;
        exchange.setStatusCode(status);
        if (!contentType.isEmpty()) {
            exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, contentType);
        }
    }

    private void open() throws IOException {
        var channel = exchange.getResponseChannel();
        if (channel == null) {
            cancellation.cancel();
            throw new IOException("the connection is closed");
        }
        reply = new ReplyStream(channel, watch::stop, cancellation::cancel);
    }

    /** Completes the reply after the handler returned, and gives the connection back for the next request. */
    void finish() throws IOException {
        if (upgraded) {
            return;
        }
        if (!replied && cancellation.cancelled()) {
            abort();
            return;
        }
        if (!replied) {
            throw new IllegalStateException("no reply to " + method() + " " + path());
        }
        reply.close();
        if (!body.ended()) {
            body.drain(LINGER_BYTES, LINGER_TIME);
        }
        if (body.ended()) {
            exchange.endExchange();
        } else {
            abort();
        }
    }

    /** Answers for a handler that threw; ends the connection if a reply has begun, so that its client sees that it is cut off. */
    void fail(int status, byte[] message) {
        try {
            if (!replied) {
                send(status, "text/plain; charset=utf-8", message);
                finish();
                return;
            }
        } catch (IOException | RuntimeException e) {
            cancellation.cancel();
        }
        abort();
    }

    /** Answers for a fault of the handler, memory being short perhaps. */
    void fail() {
        fail(ErrorCode.INTERNAL.status(), FAILED);
    }

    /** Ends the connection at once; by any thread. */
    void abort() {
        cancellation.cancel();
        watch.stop();
        IoUtils.safeClose(exchange.getConnection());
    }

    /** Tells whether the client is gone or the server stops, so that failures are to be expected. */
    boolean abandoned() {
        return cancellation.cancelled();
    }

    /** Cancels from outside; by any thread. */
    void cancel() {
        cancellation.cancel();
    }
}
