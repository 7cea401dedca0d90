package dev.runtime.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Passes connections on to a port of this machine, counts the bytes that come back, and lets only so many through. */
final class CountingProxy implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final int target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private long passed;
    private long limit = Long.MAX_VALUE;
    private boolean closed;

    CountingProxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    connect(listening.accept());
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    private void connect(Socket client) throws IOException {
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(client);
        sockets.add(server);
        Thread.ofVirtual().start(() -> pass(client, server, false));
        Thread.ofVirtual().start(() -> pass(server, client, true));
    }

    private void pass(Socket from, Socket to, boolean back) {
        byte[] chunk = new byte[64 << 10];
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                if (back && !mayPass(n)) {
                    return;
                }
                out.write(chunk, 0, n);
            }
        } catch (IOException e) {
            // one side had enough
        }
    }

    private synchronized boolean mayPass(int bytes) {
        try {
            while (passed + bytes > limit && !closed) {
                notifyAll();
                wait();
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        passed += bytes;
        notifyAll();
        return !closed;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** Lets so many bytes through from now on, and counts anew. */
    synchronized void limit(long bytes) {
        passed = 0;
        limit = bytes;
        notifyAll();
    }

    synchronized long passed() {
        return passed;
    }

    /** Ends all connections; new ones work. */
    void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        cut();
    }
}
