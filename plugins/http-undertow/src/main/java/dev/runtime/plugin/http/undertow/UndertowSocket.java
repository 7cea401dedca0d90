package dev.runtime.plugin.http.undertow;

import dev.runtime.api.http.WebSocket;
import io.undertow.websockets.core.AbstractReceiveListener;
import io.undertow.websockets.core.BufferedTextMessage;
import io.undertow.websockets.core.CloseMessage;
import io.undertow.websockets.core.WebSocketCallback;
import io.undertow.websockets.core.WebSocketChannel;
import io.undertow.websockets.core.WebSockets;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.xnio.IoUtils;

/** A WebSocket. IO threads put messages into a queue, the socket's virtual thread passes them to the listener. */
final class UndertowSocket extends AbstractReceiveListener implements WebSocket {
    private static final System.Logger LOG = System.getLogger("dev.runtime.http");
    /** With so many messages waiting, no more are received until the listener has taken them. */
    private static final int WAITING = 16;

    private final WebSocketChannel channel;
    private final Listener listener;
    private final long maxMessageBytes;
    private final Set<UndertowSocket> open;
    private final LinkedBlockingQueue<Optional<String>> messages = new LinkedBlockingQueue<>();
    private final ReentrantLock sending = new ReentrantLock();

    UndertowSocket(WebSocketChannel channel, Listener listener, long maxMessageBytes, Set<UndertowSocket> open) {
        this.channel = channel;
        this.listener = listener;
        this.maxMessageBytes = maxMessageBytes;
        this.open = open;
    }

    void begin() {
        open.add(this);
        channel.addCloseTask(c -> messages.add(Optional.empty()));
        channel.getReceiveSetter().set(this);
        Thread.ofVirtual().name("websocket").start(this::deliver);
    }

    private void deliver() {
        try {
            listener.opened(this);
            channel.resumeReceives();
            for (Optional<String> next = messages.take(); next.isPresent(); next = messages.take()) {
                listener.text(this, next.get());
                if (messages.isEmpty()) {
                    channel.resumeReceives();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, "a WebSocket listener failed", e);
        } finally {
            open.remove(this);
            IoUtils.safeClose(channel);
            listener.closed(this);
        }
    }

    @Override
    public void send(String message) throws IOException {
        var written = new CompletableFuture<Void>();
        sending.lock();
        try {
            WebSockets.sendText(message, channel, completing(written));
            written.get();
        } catch (ExecutionException e) {
            throw new IOException("the WebSocket is closed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            sending.unlock();
        }
    }

    @Override
    public void close() {
        close(CloseMessage.NORMAL_CLOSURE);
    }

    /** Closes because the server does. */
    void goAway() {
        close(CloseMessage.GOING_AWAY);
    }

    private void close(int code) {
        if (!channel.isCloseFrameSent()) {
            WebSockets.sendClose(code, "", channel, completing(new CompletableFuture<>()));
        }
    }

    private static WebSocketCallback<Void> completing(CompletableFuture<Void> future) {
        return new WebSocketCallback<>() {
            @Override
            public void complete(WebSocketChannel channel, Void context) {
                future.complete(null);
            }

            @Override
            public void onError(WebSocketChannel channel, Void context, Throwable error) {
                future.completeExceptionally(error);
            }
        };
    }

    @Override
    protected long getMaxTextBufferSize() {
        return maxMessageBytes;
    }

    @Override
    protected long getMaxBinaryBufferSize() {
        return maxMessageBytes;
    }

    @Override
    protected void onFullTextMessage(WebSocketChannel from, BufferedTextMessage message) {
        messages.add(Optional.of(message.getData()));
        if (messages.size() >= WAITING) {
            from.suspendReceives();
        }
    }

    @Override
    protected void onError(WebSocketChannel from, Throwable error) {
        IoUtils.safeClose(from);
    }
}
