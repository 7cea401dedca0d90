package dev.runtime.plugin.registry;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on this machine that says exactly what a test wants, also what no server should. */
final class FakeRegistry implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    /** What was asked. */
    final List<Asked> asked = new CopyOnWriteArrayList<>();
    /** What is answered. */
    volatile Answers answers = _ -> reply(404, "");

    FakeRegistry() throws IOException {
        Thread.ofVirtual().start(() -> {
            while (!listening.isClosed()) {
                try {
                    Socket socket = listening.accept();
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
    }

    /** A request. */
    record Asked(String method, String target, Map<String, String> headers, byte[] body) {
        String line() {
            return method + " " + target;
        }
    }

    /** Gives the bytes of a reply. */
    interface Answers {
        byte[] to(Asked asked) throws IOException;
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            String[] first = line(in).split(" ");
            Map<String, String> headers = new TreeMap<>();
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                headers.put(line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT), line.substring(line.indexOf(':') + 1).strip());
            }
            byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
            Asked request = new Asked(first[0], first[1], headers, body);
            asked.add(request);
            OutputStream out = socket.getOutputStream();
            out.write(answers.to(request));
            out.flush();
        } catch (IOException e) {
            // the client had enough
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("gone");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).strip();
    }

    static byte[] reply(int status, String body, String... headers) {
        return reply(status, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    static byte[] reply(int status, byte[] body, String... headers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(("HTTP/1.1 " + status + " Said\r\nContent-Length: " + body.length + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        for (String header : headers) {
            bytes.writeBytes((header + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        bytes.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    String host() {
        return "127.0.0.1:" + listening.getLocalPort();
    }

    String url() {
        return "http://" + host();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
