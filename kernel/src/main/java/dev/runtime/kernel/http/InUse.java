package dev.runtime.kernel.http;

import dev.runtime.api.Extension;
import dev.runtime.api.http.WebSocket;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/** The requests and open sockets of one endpoint or filter, so that it can be stopped when the last one has ended. */
final class InUse {
    private static final System.Logger LOG = System.getLogger(InUse.class.getName());
    /** What cancelled requests get to end. */
    private static final Duration AFTER_CANCEL = Duration.ofSeconds(2);

    private final Extension extension;
    private final Set<RoutedExchange> running = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<WebSocket> sockets = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean closed;

    InUse(Extension extension) {
        this.extension = extension;
    }

    Extension extension() {
        return extension;
    }

    /** Counts a request in; false if the extension is going away and the request must be routed anew. */
    synchronized boolean enter(RoutedExchange exchange) {
        if (!closed) {
            running.add(exchange);
        }
        return !closed;
    }

    synchronized void exit(RoutedExchange exchange) {
        running.remove(exchange);
        notifyAll();
    }

    /** Counts a socket in; false if the extension is going away and the socket must be closed. */
    synchronized boolean opened(WebSocket socket) {
        if (!closed) {
            sockets.add(socket);
        }
        return !closed;
    }

    synchronized void closed(WebSocket socket) {
        sockets.remove(socket);
        notifyAll();
    }

    /** Takes nothing new, closes the sockets, waits for the requests, and cancels those that take longer than the limit. */
    void drain(Duration limit) {
        List<WebSocket> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(sockets);
        }
        open.forEach(WebSocket::close);
        if (await(limit)) {
            return;
        }
        List<RoutedExchange> late;
        synchronized (this) {
            late = List.copyOf(running);
        }
        late.forEach(RoutedExchange::cancel);
        if (!await(AFTER_CANCEL)) {
            LOG.log(Level.WARNING, extension.getClass().getName() + " is stopped while requests still run in it");
        }
    }

    /** Waits until nothing runs; false after the limit or an interrupt. */
    private synchronized boolean await(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!running.isEmpty() || !sockets.isEmpty()) {
            long left = Math.ceilDiv(end - System.nanoTime(), 1_000_000L);
            if (left <= 0) {
                return false;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }
}
