package dev.runtime.plugin.http.undertow;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpSettings;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.protocol.http.HttpContinue;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.xnio.channels.StreamSourceChannel;

/** The body of a request, within its limits of size and time. For the thread of the request. */
final class RequestBody extends InputStream {
    /** The JDK copies through a direct buffer of the size asked for, so one read asks for no more than this. */
    private static final int PART = 64 * 1024;

    private final HttpServerExchange exchange;
    private final HttpSettings settings;
    private final Runnable gone;
    private final Runnable arrived;
    private final Gate readable = new Gate();
    private StreamSourceChannel channel;
    private long received;
    private boolean ended;
    private boolean continueDue;
    private long longest;

    /**
     * Reads nothing yet.
     *
     * @param gone runs when the client turns out to be gone
     * @param arrived runs once everything was received
     */
    RequestBody(HttpServerExchange exchange, HttpSettings settings, Runnable gone, Runnable arrived) {
        this.exchange = exchange;
        this.settings = settings;
        longest = settings.maxBodyBytes();
        this.gone = gone;
        this.arrived = arrived;
        ended = exchange.isRequestComplete();
        continueDue = !ended && HttpContinue.requiresContinueResponse(exchange);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (ended) {
            return -1;
        }
        if (exchange.getRequestContentLength() > longest) {
            throw tooLarge();
        }
        try {
            if (continueDue) {
                sendContinue();
            }
            int count = next(ByteBuffer.wrap(target, offset, Math.min(length, PART)), settings.bodyTimeout());
            received += Math.max(0, count);
            if (received > longest) {
                throw tooLarge();
            }
            if (exchange.isRequestComplete()) {
                ended = true;
                arrived.run();
            }
            return count;
        } catch (IOException e) {
            gone.run();
            throw e;
        }
    }

    /** Takes away the limit of the length. */
    RequestBody withoutLimit() {
        longest = Long.MAX_VALUE;
        return this;
    }

    /** Tells whether everything was received. */
    boolean ended() {
        return ended;
    }

    /** Tells whether what is still to come is known to be short and was not held back by its sender. */
    boolean shortRest() {
        return !continueDue && exchange.getRequestContentLength() >= 0 && exchange.getRequestContentLength() - received <= PART;
    }

    /** Takes in and forgets what still comes, so that a client that is sending gets to see the reply; ends at either limit. */
    void drain(int bytes, Duration time) {
        long end = System.nanoTime() + time.toNanos();
        ByteBuffer sink = ByteBuffer.allocate(Math.min(bytes, PART));
        try {
            for (int left = bytes; !ended && left > 0; ) {
                long rest = end - System.nanoTime();
                if (rest < 1_000_000) {
                    return;
                }
                left -= next(sink.clear(), Duration.ofNanos(rest));
                ended = exchange.isRequestComplete();
            }
        } catch (IOException | RuntimeFailure e) {
            gone.run();
        }
    }

    private int next(ByteBuffer target, Duration limit) throws IOException {
        StreamSourceChannel source = channel();
        for (;;) {
            int count = source.read(target);
            if (count != 0) {
                return count;
            }
            readable.shut();
            source.getReadSetter().set(c -> {
                c.suspendReads();
                readable.open();
            });
            source.resumeReads();
            if (!readable.pass(limit)) {
                source.suspendReads();
                throw new RuntimeFailure(ErrorCode.REQUEST_TIMEOUT, "the request's body stopped after " + received
                        + " bytes: nothing came for " + limit.toSeconds() + " s (server.body-timeout)");
            }
        }
    }

    private StreamSourceChannel channel() throws IOException {
        if (channel == null) {
            channel = exchange.getRequestChannel();
            if (channel == null) {
                throw new IOException("the request's body was taken by something else");
            }
        }
        return channel;
    }

    private void sendContinue() throws IOException {
        continueDue = false;
        HttpContinue.ContinueResponseSender sender = HttpContinue.createResponseSender(exchange);
        while (!sender.send()) {
            sender.awaitWritable();
        }
    }

    private RuntimeFailure tooLarge() {
        return new RuntimeFailure(ErrorCode.REQUEST_TOO_LARGE,
                "the request's body is longer than " + settings.maxBodyBytes() + " bytes (server.max-body-bytes)");
    }
}
