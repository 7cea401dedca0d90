package dev.runtime.plugin.http.undertow;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.HttpSettings;
import io.undertow.UndertowOptions;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpOpenListener;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.xnio.ChannelListeners;
import org.xnio.IoUtils;
import org.xnio.OptionMap;
import org.xnio.Options;
import org.xnio.StreamConnection;
import org.xnio.Xnio;
import org.xnio.XnioWorker;
import org.xnio.channels.AcceptingChannel;

/** An open server: its threads, its connections and the requests that run. */
final class UndertowListening implements HttpHost.Listening {
    private static final System.Logger LOG = System.getLogger("dev.runtime.http");
    private static final byte[] STOPPING = "the server is stopping".getBytes(StandardCharsets.UTF_8);
    private static final int BUFFER = 16 * 1024;
    /** How long requests get to notice that they were cancelled, before their connections are closed. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final HttpSettings settings;
    private final HttpHandler handler;
    private final Duration grace;
    private final ExecutorService tasks;
    private final XnioWorker worker;
    private final HttpOpenListener connections;
    private final OpenSockets sockets;
    private final Map<UndertowExchange, Thread> running = new ConcurrentHashMap<>();
    private AcceptingChannel<StreamConnection> server;
    private volatile boolean stopping;

    private UndertowListening(HttpSettings settings, HttpHandler handler, Duration grace) throws IOException {
        this.settings = settings;
        this.handler = handler;
        this.grace = grace;
        int cores = Runtime.getRuntime().availableProcessors();
        tasks = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-task").factory());
        // tasks of our own: XNIO's pool of threads would bring hundreds of classes to the start of the server
        worker = Xnio.getInstance(UndertowListening.class.getClassLoader()).createWorkerBuilder()
                .setWorkerName("http")
                .setWorkerIoThreads(cores < 8 ? 1 : 2)
                .setDaemon(true)
                .setExternalExecutorService(tasks)
                .build();
        // heap buffers: freeing direct ones goes through sun.misc.Unsafe, of which the JDK warns
        connections = new HttpOpenListener(new DefaultByteBufferPool(false, BUFFER), OptionMap.builder()
                // bodies have their own limit, see RequestBody
                .set(UndertowOptions.MAX_ENTITY_SIZE, -1L)
                .set(UndertowOptions.MAX_HEADER_SIZE, settings.maxHeaderBytes())
                .set(UndertowOptions.REQUEST_PARSE_TIMEOUT, millis(settings.bodyTimeout()))
                .set(UndertowOptions.NO_REQUEST_TIMEOUT, millis(settings.idleTimeout()))
                .set(UndertowOptions.DECODE_URL, false)
                .getMap());
        sockets = new OpenSockets(settings.maxBodyBytes());
    }

    static UndertowListening open(HttpSettings settings, HttpHandler handler, Duration grace) throws IOException {
        UndertowListening listening = new UndertowListening(settings, handler, grace);
        try {
            listening.bind();
            return listening;
        } catch (IOException | RuntimeException e) {
            listening.worker.shutdownNow();
            listening.tasks.shutdownNow();
            throw e;
        }
    }

    private void bind() throws IOException {
        connections.setRootHandler(exchange -> exchange.dispatch(this::startThread, () -> serve(exchange)));
        server = worker.createStreamConnectionServer(settings.address(), ChannelListeners.openListenerAdapter(connections),
                OptionMap.builder()
                        .set(Options.TCP_NODELAY, true)
                        .set(Options.KEEP_ALIVE, true)
                        .set(Options.REUSE_ADDRESSES, true)
                        .set(Options.BACKLOG, 512)
                        .getMap());
        server.resumeAccepts();
    }

    @Override
    public InetSocketAddress address() {
        return server.getLocalAddress(InetSocketAddress.class);
    }

    private void startThread(Runnable task) {
        Thread.ofVirtual().name("http-request").start(task);
    }

    private void serve(HttpServerExchange raw) {
        UndertowExchange exchange;
        try {
            exchange = new UndertowExchange(raw, settings, sockets);
        } catch (RuntimeFailure e) {
            raw.setPersistent(false);
            raw.setStatusCode(e.code().status());
            raw.endExchange();
            return;
        }
        running.put(exchange, Thread.currentThread());
        try {
            if (stopping) {
                raw.setPersistent(false);
                exchange.fail(503, STOPPING);
                return;
            }
            handler.handle(exchange);
            exchange.finish();
        } catch (RuntimeFailure e) {
            exchange.fail(e.code().status(), e.getMessage().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "connection lost: " + e);
            exchange.fail();
        } catch (Throwable e) {
            // also OutOfMemoryError: the reply first, it needs less memory than the log
            boolean expected = exchange.abandoned() && !(e instanceof Error);
            exchange.fail();
            LOG.log(expected ? System.Logger.Level.DEBUG : System.Logger.Level.ERROR, "a handler failed", e);
        } finally {
            running.remove(exchange);
            synchronized (running) {
                running.notifyAll();
            }
        }
    }

    @Override
    public void close() {
        if (stopping) {
            return;
        }
        stopping = true;
        IoUtils.safeClose(server);
        sockets.close();
        awaitRequests(grace);
        running.forEach((exchange, thread) -> exchange.cancel());
        awaitRequests(LAST_WORDS);
        running.forEach((exchange, thread) -> {
            exchange.abort();
            thread.interrupt();
        });
        awaitRequests(LAST_WORDS);
        connections.closeConnections();
        worker.shutdownNow();
        tasks.shutdownNow();
        try {
            worker.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitRequests(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        synchronized (running) {
            try {
                for (long left = limit.toMillis(); !running.isEmpty() && left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                    running.wait(left);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Undertow's way to say "no limit" is a number that is not positive. */
    private static int millis(Duration limit) {
        return limit.isPositive() ? (int) Math.min(Integer.MAX_VALUE, limit.toMillis()) : -1;
    }
}
