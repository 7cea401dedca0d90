package dev.runtime.kernel.http;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.Extension;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.HttpService;
import dev.runtime.api.http.HttpSettings;
import dev.runtime.api.http.RequestFilter;
import dev.runtime.api.plugin.Services;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The way of a request from a host to its endpoint: guard, filters, route, and back as a reply whatever happens.
 *
 * <p>Follows the registry: an endpoint's routes appear and disappear with its plug-in, also while requests run.
 */
public final class HttpFront implements HttpService, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(HttpFront.class.getName());
    private static final int MAX_HEADER_BYTES = 64 * 1024;
    private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

    private final Services services;
    private final Supplier<Settings> settings;
    private final Runnable listens;
    private final List<Services.Watch> watches = new ArrayList<>();
    private final List<InUse> leaving = new ArrayList<>();
    private final ReentrantLock change = new ReentrantLock();
    private volatile Frontage frontage = Frontage.empty();
    private volatile Optional<Open> open = Optional.empty();

    /** An open server with the host that carries it. */
    private record Open(HttpHost host, HttpHost.Listening listening) {}

    /**
     * Creates; {@link #open} lets it follow the registry.
     *
     * @param listens run after each begin of listening; short
     */
    public HttpFront(Services services, Supplier<Settings> settings, Runnable listens) {
        this.services = services;
        this.settings = settings;
        this.listens = listens;
    }

    /** Begins to follow the registry. */
    public void open() {
        watches.add(services.watch(Endpoint.class, new Services.Watcher<>() {
            @Override
            public void added(Endpoint endpoint) {
                replace(now -> now.with(endpoint));
            }

            @Override
            public void removed(Endpoint endpoint) {
                leave(now -> now.endpoints().stream().map(Frontage.Opened::use).toList(), endpoint, now -> now.without(endpoint));
            }
        }));
        watches.add(services.watch(RequestFilter.class, new Services.Watcher<>() {
            @Override
            public void added(RequestFilter filter) {
                replace(now -> now.with(filter));
            }

            @Override
            public void removed(RequestFilter filter) {
                leave(Frontage::filters, filter, now -> now.without(filter));
            }
        }));
    }

    private void replace(UnaryOperator<Frontage> next) {
        change.lock();
        try {
            frontage = next.apply(frontage);
        } finally {
            change.unlock();
        }
    }

    private void leave(Function<Frontage, List<InUse>> part, Extension extension, UnaryOperator<Frontage> next) {
        change.lock();
        try {
            part.apply(frontage).stream().filter(use -> use.extension() == extension).forEach(leaving::add);
            frontage = next.apply(frontage);
        } finally {
            change.unlock();
        }
    }

    /**
     * Waits until no request runs in extensions that left the registry. If the open server's host is one of them, stops
     * listening.
     *
     * @param limit after which running requests are cancelled
     */
    public void drain(List<Extension> extensions, Duration limit) {
        if (open.filter(server -> contains(extensions, server.host())).isPresent()) {
            stop();
        }
        List<InUse> uses;
        change.lock();
        try {
            uses = leaving.stream().filter(use -> contains(extensions, use.extension())).toList();
            leaving.removeAll(uses);
        } finally {
            change.unlock();
        }
        uses.forEach(use -> use.drain(limit));
    }

    private static boolean contains(List<? extends Extension> extensions, Extension wanted) {
        return extensions.stream().anyMatch(each -> each == wanted);
    }

    @Override
    public InetSocketAddress listen(InetSocketAddress address) {
        change.lock();
        try {
            if (open.isPresent()) {
                throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "already listening at " + text(open.get().listening().address()));
            }
            if (address.isUnresolved()) {
                throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "cannot listen at " + address.getHostString()
                        + ": no such host name; set " + CoreKeys.HOST.name() + " to an address of this machine");
            }
            HttpHost host = services.all(HttpHost.class).stream().findFirst().orElseThrow(() -> new RuntimeFailure(
                    ErrorCode.CONFIG_INVALID, "no plug-in provides an HTTP host; `runtime plugins` lists what there is"));
            Settings current = settings.get();
            CorsNames names = CorsNames.read();
            Guard guard = new Guard(names, Origins.of(names, current.list(CoreKeys.ORIGINS)), HostRules.of(address.getAddress()));
            HttpSettings limits = new HttpSettings(address, current.bytes(CoreKeys.MAX_BODY), MAX_HEADER_BYTES,
                    current.duration(CoreKeys.BODY_TIMEOUT), IDLE_TIMEOUT);
            open = Optional.of(new Open(host, host.listen(limits, exchange -> handle(guard, exchange))));
            InetSocketAddress bound = open.get().listening().address();
            LOG.log(Level.INFO, "listening at " + text(bound) + " by " + host.name());
            if (!bound.getAddress().isLoopbackAddress()) {
                LOG.log(Level.WARNING, "other machines can reach this server, which asks nobody who they are, unless a plug-in does");
            }
            listens.run();
            return bound;
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "cannot listen at " + text(address) + ": " + e.getMessage()
                    + "; stop the other program or set " + CoreKeys.HOST.name() + " to another address", e);
        } finally {
            change.unlock();
        }
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress() == null ? address.getHostString() : address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    @Override
    public Optional<InetSocketAddress> address() {
        return open.map(server -> server.listening().address());
    }

    @Override
    public void stop() {
        Optional<Open> server;
        change.lock();
        try {
            server = open;
            open = Optional.empty();
        } finally {
            change.unlock();
        }
        server.ifPresent(each -> each.listening().close());
    }

    /** Stops listening and no longer follows the registry. */
    @Override
    public void close() {
        stop();
        watches.forEach(Services.Watch::close);
        watches.clear();
    }

    private void handle(Guard guard, HttpExchange host) throws IOException {
        if (!guard.admit(host)) {
            return;
        }
        while (true) {
            Frontage now = frontage;
            String path = host.path();
            boolean plain = RequestPath.sane(path) && RequestPath.clean(path).equals(path);
            RoutedExchange exchange = new RoutedExchange(host,
                    plain ? now.table().find(host.method(), path) : Optional.empty());
            List<InUse> uses = new ArrayList<>(now.filters());
            exchange.match().ifPresent(match -> uses.add(match.target().endpoint()));
            int entered = 0;
            try {
                while (entered < uses.size() && uses.get(entered).enter(exchange)) {
                    entered++;
                }
                // if one is going away, a frontage without it is already in place
                if (entered == uses.size()) {
                    answer(now, exchange);
                    return;
                }
            } finally {
                uses.subList(0, entered).forEach(use -> use.exit(exchange));
            }
        }
    }

    private static void answer(Frontage now, RoutedExchange exchange) throws IOException {
        try {
            now.chain(exchange.match().map(match -> match.target().route().handler())
                    .orElse(request -> Unrouted.answer(now.table(), request))).handle(exchange);
        } catch (Throwable e) {
            // also errors such as a full heap or a deep recursion: no request may end the process or the connection's thread
            Failures.answer(exchange, e);
        }
    }
}
