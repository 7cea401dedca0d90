package dev.runtime.plugin.http.undertow;

import io.undertow.connector.PooledByteBuffer;
import io.undertow.server.protocol.http.HttpServerConnection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.xnio.ChannelListener;
import org.xnio.conduits.ConduitStreamSourceChannel;
import org.xnio.conduits.StreamSourceConduit;

/**
 * Notices that a client went away while its request is being answered. Started once the body was read; the connection's reading
 * side is its own until {@link #stop()}, which must come before the exchange ends.
 */
final class PeerWatch implements ChannelListener<ConduitStreamSourceChannel> {
    private final HttpServerConnection connection;
    private final ConduitStreamSourceChannel source;
    private final StreamSourceConduit conduit;
    private final Runnable gone;
    private final ReentrantLock lock = new ReentrantLock();
    private PooledByteBuffer ahead;
    private boolean running;
    private boolean stopped;

    /** Watches nothing yet. The action runs on an IO thread when the client is gone. */
    PeerWatch(HttpServerConnection connection, Runnable gone) {
        this.connection = connection;
        this.gone = gone;
        source = connection.getChannel().getSourceChannel();
        // the raw one: the body's own conduits on top of it have ended
        conduit = connection.getOriginalSourceConduit();
    }

    /** Begins, unless it was stopped. */
    void start() {
        lock.lock();
        try {
            if (!running && !stopped) {
                running = true;
                ahead = connection.getExtraBytes();
                if (ahead != null) {
                    connection.setExtraBytes(null);
                    ahead.getBuffer().compact();
                }
                source.setReadListener(this);
                conduit.resumeReads();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Hands the reading side back, with the bytes of the next request; it cannot be started again. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            if (running) {
                running = false;
                // this stays the listener until Undertow sets its own: for an event that is under way just now and finds none, XNIO would
                // suspend reading, perhaps after it was resumed for the next request, which then nobody would see
                conduit.suspendReads();
                if (ahead != null && ahead.getBuffer().flip().hasRemaining()) {
                    connection.setExtraBytes(ahead);
                } else if (ahead != null) {
                    ahead.close();
                }
                ahead = null;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void handleEvent(ConduitStreamSourceChannel channel) {
        boolean ended = false;
        lock.lock();
        try {
            if (running) {
                ended = ended();
            }
        } finally {
            lock.unlock();
        }
        if (ended) {
            gone.run();
        }
    }

    private boolean ended() {
        if (ahead == null) {
            ahead = connection.getByteBufferPool().allocate();
            ahead.getBuffer().clear();
        }
        ByteBuffer buffer = ahead.getBuffer();
        try {
            int count;
            do {
                count = buffer.hasRemaining() ? conduit.read(buffer) : 0;
            } while (count > 0);
            if (count < 0 || !buffer.hasRemaining()) {
                // ended, or a client that sends requests ahead of replies: its bytes wait in the socket
                conduit.suspendReads();
            }
            return count < 0;
        } catch (IOException e) {
            conduit.suspendReads();
            return true;
        }
    }
}
