package dev.runtime.kernel.http;

import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.HttpSettings;
import dev.runtime.api.testkit.MemoryExchange;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** A host without connections: requests are calls. */
public final class FakeHost implements HttpHost {
    public HttpSettings settings;
    /** What {@link #listen} throws, if anything. */
    public Optional<IOException> refusal = Optional.empty();
    public int closed;
    private HttpHandler handler;

    /** Returns a request as a program on this machine sends it. */
    public static MemoryExchange local(String method, String path) {
        return new MemoryExchange(method, path, "").with("Host", "localhost:11434");
    }

    /** Handles a request on the calling thread, as the front sees it. */
    public MemoryExchange request(MemoryExchange exchange) throws Exception {
        handler.handle(exchange);
        return exchange;
    }

    /** Handles a request without headers but the usual host. */
    public MemoryExchange request(String method, String path) throws Exception {
        return request(local(method, path));
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public Listening listen(HttpSettings wanted, HttpHandler all) throws IOException {
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        settings = wanted;
        handler = all;
        return new Listening() {
            @Override
            public InetSocketAddress address() {
                return new InetSocketAddress(wanted.address().getAddress(), wanted.address().getPort() == 0 ? 4711 : wanted.address().getPort());
            }

            @Override
            public void close() {
                closed++;
            }
        };
    }
}
