package dev.runtime.kernel.http;

import dev.runtime.api.Cancellation;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.WebSocket;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A request in memory; its fields are the reply. */
public final class FakeExchange implements HttpExchange {
    public int status;
    public String contentType = "";
    public final Map<String, String> replyHeaders = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    public final Cancellation cancellation = new Cancellation();
    WebSocket.Listener socketListener;

    private final String method;
    private final String path;
    private final Map<String, List<String>> headers = new HashMap<>();
    private final Map<String, Object> attributes = new HashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    public FakeExchange(String method, String path) {
        this.method = method;
        this.path = path;
        headers.put("host", List.of("localhost:11434"));
    }

    /** Sets, or without values removes, a request header. */
    public FakeExchange header(String name, String... values) {
        headers.remove(name.toLowerCase(Locale.ROOT));
        if (values.length > 0) {
            headers.put(name.toLowerCase(Locale.ROOT), List.of(values));
        }
        return this;
    }

    public String text() {
        return body.toString(StandardCharsets.UTF_8);
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
        throw new IllegalArgumentException(name);
    }

    @Override
    public Optional<String> query(String name) {
        return Optional.empty();
    }

    @Override
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream().findFirst();
    }

    @Override
    public Map<String, List<String>> headers() {
        return new HashMap<>(headers);
    }

    @Override
    public InetSocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public boolean secure() {
        return false;
    }

    @Override
    public InputStream body() {
        return InputStream.nullInputStream();
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
        if (replied()) {
            throw new IllegalStateException("replied");
        }
        replyHeaders.put(name, value);
    }

    @Override
    public boolean replied() {
        return status != 0;
    }

    @Override
    public void send(int code, String type, byte[] bytes) {
        output(code, type).writeBytes(bytes);
    }

    @Override
    public ByteArrayOutputStream output(int code, String type) {
        if (replied()) {
            throw new IllegalStateException("replied");
        }
        status = code;
        contentType = type;
        return body;
    }

    @Override
    public void upgrade(WebSocket.Listener listener) {
        status = 101;
        socketListener = listener;
    }
}
