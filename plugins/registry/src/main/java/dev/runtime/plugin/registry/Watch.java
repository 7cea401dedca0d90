package dev.runtime.plugin.registry;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Closes a socket that takes no more bytes: writing has no time limit of its own. */
final class Watch implements AutoCloseable {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile long written;

    Watch(Socket socket) {
        Thread.ofVirtual().name("upload watch").start(() -> run(socket));
    }

    private void run(Socket socket) {
        try {
            long before = -1;
            while (!ended.await(Wire.SILENCE, TimeUnit.MILLISECONDS)) {
                if (written == before) {
                    socket.close();
                    return;
                }
                before = written;
            }
        } catch (InterruptedException | IOException _) {
            // nobody waits for this thread, and the socket is as good as closed
        }
    }

    /** Returns a stream whose progress is watched. For one thread. */
    OutputStream over(OutputStream out) {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
                written = written + length;
            }
        };
    }

    @Override
    public void close() {
        ended.countDown();
    }
}
