package dev.runtime.distribution;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One request over a socket, with exactly the headers that a test wants: HTTP clients send some of their own. */
final class RawHttp {
    private static final int PATIENCE_MILLIS = 120_000;

    private RawHttp() {}

    /**
     * A reply.
     *
     * @param headers by lower-case name
     */
    record Reply(int status, Map<String, String> headers, String body) {}

    /** A reply that is still coming, line by line. Closing it is the client's going away. */
    static final class Stream implements AutoCloseable {
        private final Socket socket;
        private final InputStream in;

        private Stream(Socket socket) throws IOException {
            this.socket = socket;
            in = new BufferedInputStream(socket.getInputStream());
        }

        /** Waits for the next line of the body; of chunks, each begins with one that holds its length. */
        String line() throws IOException {
            String line = RawHttp.line(in);
            return line.matches("[0-9A-Fa-f]*") ? line() : line;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** Sends JSON and reads the head of the reply. */
    static Stream open(URI base, String path, byte[] json) throws IOException {
        Socket socket = new Socket(base.getHost(), base.getPort());
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.getOutputStream().write(("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + json.length + "\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().write(json);
        socket.getOutputStream().flush();
        Stream stream = new Stream(socket);
        for (String line = line(stream.in); !line.isEmpty(); line = line(stream.in)) {
            // the head says nothing that the lines do not
        }
        return stream;
    }

    static Reply send(URI base, String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        Map<String, String> all = new LinkedHashMap<>(Map.of("Host", "localhost", "Connection", "close"));
        if (!method.equals("GET") && !method.equals("HEAD")) {
            all.put("Content-Length", "" + body.length);
        }
        all.putAll(headers);
        StringBuilder head = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        all.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        try (Socket socket = new Socket(base.getHost().equals("0.0.0.0") ? "127.0.0.1" : base.getHost(), base.getPort())) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.getOutputStream().write(head.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
            socket.getOutputStream().write(body);
            socket.getOutputStream().flush();
            return reply(new BufferedInputStream(socket.getInputStream()));
        }
    }

    private static Reply reply(InputStream in) throws IOException {
        int status = Integer.parseInt(line(in).split(" ")[1]);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        byte[] body = headers.getOrDefault("transfer-encoding", "").equals("chunked") ? chunks(in) : in.readAllBytes();
        return new Reply(status, headers, new String(body, StandardCharsets.UTF_8));
    }

    private static byte[] chunks(InputStream in) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = size(in); size > 0; size = size(in)) {
            body.write(in.readNBytes(size));
            line(in);
        }
        return body.toByteArray();
    }

    private static int size(InputStream in) throws IOException {
        String line = line(in);
        return line.isEmpty() ? 0 : Integer.parseInt(line, 16);
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
