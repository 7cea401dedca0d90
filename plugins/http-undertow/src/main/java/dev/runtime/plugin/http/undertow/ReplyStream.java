package dev.runtime.plugin.http.undertow;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.xnio.channels.StreamSinkChannel;

/** The body of a reply. Collects small writes until {@link #flush}. For the thread of the request. */
final class ReplyStream extends OutputStream {
    /** A client that takes nothing for so long is gone: otherwise it would hold its generation for ever. */
    private static final Duration STALLED = Duration.ofMinutes(10);
    /** The JDK copies through a direct buffer of the size written, so one write is no longer than this. */
    private static final int PART = 64 * 1024;

    private final StreamSinkChannel channel;
    private final Runnable ending;
    private final Runnable gone;
    private final Gate writable = new Gate();
    private final ByteBuffer pending = ByteBuffer.allocate(8 * 1024);
    private boolean closed;

    /**
     * Writes nothing yet.
     *
     * @param ending runs once before the end is written: with the last byte the connection may already serve its next request
     * @param gone runs when the client turns out to be gone
     */
    ReplyStream(StreamSinkChannel channel, Runnable ending, Runnable gone) {
        this.channel = channel;
        this.ending = ending;
        this.gone = gone;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, source.length);
        if (closed) {
            throw new IOException("the reply is complete");
        }
        if (length > pending.remaining()) {
            writePending();
        }
        if (length > pending.remaining()) {
            writeFully(ByteBuffer.wrap(source, offset, length));
        } else {
            pending.put(source, offset, length);
        }
    }

    @Override
    public void flush() throws IOException {
        if (!closed) {
            writePending();
            flushChannel();
        }
    }

    /** Ends the reply; returns when the operating system has all of it. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            writePending();
            closed = true;
            ending.run();
            try {
                channel.shutdownWrites();
            } catch (IOException e) {
                gone.run();
                throw e;
            }
            flushChannel();
        }
    }

    private void writePending() throws IOException {
        pending.flip();
        try {
            writeFully(pending);
        } finally {
            pending.clear();
        }
    }

    private void writeFully(ByteBuffer bytes) throws IOException {
        try {
            int end = bytes.limit();
            while (bytes.position() < end) {
                bytes.limit(Math.min(end, bytes.position() + PART));
                if (channel.write(bytes) == 0) {
                    await();
                }
                bytes.limit(end);
            }
        } catch (IOException e) {
            gone.run();
            throw e;
        }
    }

    private void flushChannel() throws IOException {
        try {
            while (!channel.flush()) {
                await();
            }
        } catch (IOException e) {
            gone.run();
            throw e;
        }
    }

    private void await() throws IOException {
        writable.shut();
        channel.getWriteSetter().set(c -> {
            c.suspendWrites();
            writable.open();
        });
        channel.resumeWrites();
        if (!writable.pass(STALLED)) {
            throw new IOException("the client took nothing for " + STALLED.toMinutes() + " minutes");
        }
    }
}
