package dev.runtime.api.testkit;

import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.HttpSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** What the contract tests of hosts share: a server with small limits, and clients. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class HttpHostKit {
    static final int BODY_LIMIT = 4 << 20;
    static final String PLAIN = "text/plain; charset=utf-8";

    private final List<AutoCloseable> open = new ArrayList<>();
    InetSocketAddress address;

    /** Returns a new host. */
    protected abstract HttpHost host();

    /** Listens with small limits of size and generous ones of time; closed after the test. */
    protected final HttpHost.Listening listen(HttpHandler handler) throws IOException {
        return listen(Duration.ofSeconds(20), handler);
    }

    final HttpHost.Listening listen(Duration bodyTimeout, HttpHandler handler) throws IOException {
        var listening = host().listen(settings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), bodyTimeout), handler);
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

    static HttpSettings settings(InetSocketAddress address, Duration bodyTimeout) {
        return new HttpSettings(address, BODY_LIMIT, 8 * 1024, bodyTimeout, Duration.ofSeconds(30));
    }

    final HttpResponse<String> get(String pathAndQuery) throws Exception {
        return send(HttpRequest.newBuilder(uri(pathAndQuery)));
    }

    final HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(request.build(), BodyHandlers.ofString());
        }
    }

    final URI uri(String pathAndQuery) {
        return URI.create("http://" + address.getHostString() + ":" + address.getPort() + pathAndQuery);
    }

    static void answer(HttpExchange exchange, String text) throws IOException {
        exchange.send(200, PLAIN, text.getBytes(StandardCharsets.UTF_8));
    }

    static String body(HttpExchange exchange) throws IOException {
        return new String(exchange.body().readAllBytes(), StandardCharsets.UTF_8);
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }
}
