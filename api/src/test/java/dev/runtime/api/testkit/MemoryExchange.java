package dev.runtime.api.testkit;

import dev.runtime.api.Cancellation;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.WebSocket;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A request that was never on a network, and the reply to it. For one thread. */
public final class MemoryExchange implements HttpExchange {
    private final String method;
    private final String path;
    private final byte[] body;
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private final Map<String, String> parameters = new HashMap<>();
    private final Map<String, String> query = new LinkedHashMap<>();
    private final Map<String, Object> attributes = new HashMap<>();
    private final Cancellation cancellation = new Cancellation();
    private final Map<String, String> replyHeaders = new LinkedHashMap<>();
    private final ByteArrayOutputStream reply = new ByteArrayOutputStream();
    private final List<String> flushed = new ArrayList<>();
    private InetSocketAddress remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40000);
    private Optional<WebSocket.Listener> socketListener = Optional.empty();
    private int status;
    private String contentType = "";
    private int breakAfter = Integer.MAX_VALUE;

    /** Creates a request from this machine. */
    public MemoryExchange(String method, String path, String body) {
        this.method = method;
        this.path = path;
        this.body = body.getBytes(StandardCharsets.UTF_8);
    }

    /** Adds a request header. */
    public MemoryExchange with(String header, String value) {
        headers.computeIfAbsent(header.toLowerCase(Locale.ROOT), h -> new ArrayList<>()).add(value);
        return this;
    }

    /** Sets a path parameter. */
    public MemoryExchange withParameter(String name, String value) {
        parameters.put(name, value);
        return this;
    }

    /** Sets a query parameter. */
    public MemoryExchange withQuery(String name, String value) {
        query.put(name, value);
        return this;
    }

    /** Lets the request come from another address, given as numbers. */
    public MemoryExchange from(String address) {
        try {
            remote = new InetSocketAddress(InetAddress.getByName(address), 40000);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(address, e);
        }
        return this;
    }

    /** Lets the client go away after so many flushes of the reply. */
    public MemoryExchange leavingAfter(int flushes) {
        breakAfter = flushes;
        return this;
    }

    /** Returns the status of the reply, 0 if there is none. */
    public int status() {
        return status;
    }

    /** Returns the media type of the reply. */
    public String contentType() {
        return contentType;
    }

    /** Returns the headers of the reply, by name in lower case. */
    public Map<String, String> replyHeaders() {
        return replyHeaders;
    }

    /** Returns the body of the reply. */
    public String text() {
        return reply.toString(StandardCharsets.UTF_8);
    }

    /** Returns the listener of an upgrade. */
    public WebSocket.Listener listener() {
        return socketListener.orElseThrow(() -> new AssertionError("not upgraded"));
    }

    /** Returns what each flush of the reply brought. */
    public List<String> flushed() {
        return flushed;
    }

    @Override
    public String method() {
        return method;
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public String pathParameter(String name) {
        if (!parameters.containsKey(name)) {
            throw new IllegalArgumentException("no path parameter " + name);
        }
        return parameters.get(name);
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.ofNullable(query.get(name));
    }

    @Override
    public String rawQuery() {
        return query.entrySet().stream().map(each -> encoded(each.getKey()) + "=" + encoded(each.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT))).map(List::getFirst);
    }

    @Override
    public Map<String, List<String>> headers() {
        return headers;
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return remote;
    }

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public InputStream body() {
        return new ByteArrayInputStream(body);
    }

    @Override
    public Cancellation cancellation() {
        return cancellation;
    }

    @Override
    public Map<String, Object> attributes() {
        return attributes;
    }

    @Override
    public void replyHeader(String name, String value) {
        begun(false);
        replyHeaders.put(name.toLowerCase(Locale.ROOT), value);
    }

    @Override
    public boolean replied() {
        return status != 0;
    }

    @Override
    public void send(int code, String type, byte[] bytes) {
        begun(false);
        status = code;
        contentType = type;
        reply.writeBytes(bytes);
    }

    @Override
    public OutputStream output(int code, String type) {
        begun(false);
        status = code;
        contentType = type;
        return new Flushing();
    }

    @Override
    public void upgrade(WebSocket.Listener listener) {
        begun(false);
        status = 101;
        socketListener = Optional.of(listener);
    }

    private void begun(boolean expected) {
        if (replied() != expected) {
            throw new IllegalStateException("the reply has begun: " + replied());
        }
    }

    private final class Flushing extends OutputStream {
        private int from;

        @Override
        public void write(int b) {
            reply.write(b);
        }

        @Override
        public void write(byte[] source, int offset, int length) {
            reply.write(source, offset, length);
        }

        @Override
        public void flush() throws IOException {
            if (flushed.size() >= breakAfter) {
                cancellation.cancel();
                throw new IOException("the client is gone");
            }
            byte[] all = reply.toByteArray();
            flushed.add(new String(all, from, all.length - from, StandardCharsets.UTF_8));
            from = all.length;
        }
    }
}
