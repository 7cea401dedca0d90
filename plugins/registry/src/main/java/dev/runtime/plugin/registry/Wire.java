package dev.runtime.plugin.registry;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/**
 * One HTTP/1.1 exchange on a socket of its own. The JDK's client connects to names, not to the addresses that were checked, and has no
 * limit for a body that stops: both are the point here.
 *
 * <p>Nothing waits longer than {@link #SILENCE} for a silent peer; cancellation closes the socket.
 */
final class Wire implements AutoCloseable {
    /** The longest wait for the next byte in either direction, in milliseconds. */
    static final int SILENCE = 30_000;
    private static final int CONNECT = 15_000;
    private static final int LONGEST_HEAD = 64 << 10;
    private static final int LONGEST_SHOWN = 500;

    private final Socket socket;
    private final int status;
    private final Map<String, String> headers;
    private final InputStream body;

    private Wire(Socket socket, int status, Map<String, String> headers, InputStream body) {
        this.socket = socket;
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    /**
     * What is sent.
     *
     * @param headers without those that follow from the rest
     * @param body its bytes; nothing for none
     */
    record Request(String method, URI uri, Map<String, String> headers, Optional<Body> body) {
        static Request of(String method, URI uri, Map<String, String> headers) {
            return new Request(method, uri, headers, Optional.empty());
        }
    }

    /** A body to send. */
    interface Body {
        long length();

        void write(OutputStream out) throws IOException;
    }

    /**
     * Sends a request and reads the head of the reply.
     *
     * @return closed by the caller
     * @throws IOException if the peer is not there, goes, falls silent or speaks something else
     */
    static Wire send(Request request, Route route, Cancellation cancellation) throws IOException {
        cancellation.check();
        Socket socket = route.connect(Origin.of(request.uri()), cancellation);
        try {
            OutputStream out = socket.getOutputStream();
            out.write(head(request).getBytes(StandardCharsets.ISO_8859_1));
            if (request.body().isPresent()) {
                try (Watch watch = new Watch(socket)) {
                    request.body().get().write(watch.over(out));
                }
            }
            out.flush();
            InputStream in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
            return read(socket, in, request.method());
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /** How a connection is made. */
    interface Route {
        Socket connect(Origin target, Cancellation cancellation) throws IOException;
    }

    /** Connects to the first of some checked addresses that answers; an encrypted connection is also checked to be the host's. */
    static Socket connect(Origin target, List<InetAddress> addresses, Cancellation cancellation) throws IOException {
        IOException failure = new IOException(target.host() + " has no address");
        for (InetAddress address : addresses) {
            try {
                Socket socket = plain(new InetSocketAddress(address, target.port()), cancellation);
                return target.secure() ? encrypted(socket, target, cancellation) : socket;
            } catch (IOException e) {
                failure = e;
            }
        }
        throw failure;
    }

    static Socket plain(InetSocketAddress address, Cancellation cancellation) throws IOException {
        Socket socket = new Socket();
        cancellation.onCancel(() -> close(socket));
        try {
            socket.connect(address, CONNECT);
            socket.setSoTimeout(SILENCE);
            socket.setTcpNoDelay(true);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    static Socket encrypted(Socket socket, Origin target, Cancellation cancellation) throws IOException {
        try {
            SSLSocket secure = (SSLSocket) ((SSLSocketFactory) SSLSocketFactory.getDefault())
                    .createSocket(socket, target.host(), target.port(), true);
            cancellation.onCancel(() -> close(secure));
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            return secure;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException _) {
            // it is of no use any more in any case
        }
    }

    private static String head(Request request) {
        URI uri = request.uri();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        StringBuilder head = new StringBuilder(request.method()).append(' ').append(path);
        if (uri.getRawQuery() != null) {
            head.append('?').append(uri.getRawQuery());
        }
        head.append(" HTTP/1.1\r\nHost: ").append(Origin.of(uri).authority())
                .append("\r\nUser-Agent: runtime\r\nAccept-Encoding: identity\r\nConnection: close\r\n");
        request.headers().forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        request.body().ifPresent(body -> head.append("Content-Length: ").append(body.length()).append("\r\n"));
        if (request.body().isEmpty() && !request.method().equals("GET") && !request.method().equals("HEAD")) {
            head.append("Content-Length: 0\r\n");
        }
        return head.append("\r\n").toString();
    }

    private static Wire read(Socket socket, InputStream in, String method) throws IOException {
        long deadline = System.nanoTime() + 2L * SILENCE * 1_000_000;
        int[] left = {LONGEST_HEAD};
        int status;
        Map<String, String> headers = new TreeMap<>();
        do {
            headers.clear();
            String first = line(in, left, deadline);
            if (!first.matches("HTTP/1\\.[01] [1-5][0-9][0-9]( .*)?")) {
                throw new IOException("the reply is not HTTP");
            }
            status = Integer.parseInt(first.substring(9, 12));
            for (String line = line(in, left, deadline); !line.isEmpty(); line = line(in, left, deadline)) {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    headers.merge(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), line.substring(colon + 1).strip(),
                            (a, b) -> a + ", " + b);
                }
            }
        } while (status < 200);
        if (!headers.getOrDefault("content-encoding", "identity").equalsIgnoreCase("identity")) {
            throw new IOException("the reply is compressed, which nobody asked for");
        }
        boolean none = method.equals("HEAD") || status == 204 || status == 304;
        InputStream body = none ? InputStream.nullInputStream()
                : headers.getOrDefault("transfer-encoding", "").toLowerCase(Locale.ROOT).contains("chunked") ? new ChunkedBody(in)
                : headers.containsKey("content-length") ? new LimitedBody(in, length(headers.get("content-length"))) : in;
        return new Wire(socket, status, headers, body);
    }

    static long length(String text) throws IOException {
        try {
            long length = Long.parseLong(text.strip());
            if (length >= 0) {
                return length;
            }
        } catch (NumberFormatException _) {
            // said below
        }
        throw new IOException("the reply's length is no number");
    }

    /** Reads a line, without its end. */
    static String line(InputStream in, int[] left, long deadline) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(80);
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new IOException("the connection ended early");
            }
            if (--left[0] < 0) {
                throw new IOException("the reply's head is longer than " + LONGEST_HEAD + " bytes");
            }
            if ((left[0] & 63) == 0 && System.nanoTime() - deadline > 0) {
                throw new IOException("the reply's head comes too slowly");
            }
            line.write(b);
        }
        String text = line.toString(StandardCharsets.ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    int status() {
        return status;
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Returns the body; it ends where the reply ends, or throws if that came too early. */
    InputStream body() {
        return body;
    }

    /**
     * Reads a whole body.
     *
     * @throws RuntimeFailure with {@code upstream.failed} if it is longer than allowed
     */
    byte[] bytes(int longest, String what) throws IOException {
        long deadline = System.nanoTime() + 2L * SILENCE * 1_000_000;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] chunk = new byte[16 << 10];
        for (int n = body.read(chunk); n >= 0; n = body.read(chunk)) {
            bytes.write(chunk, 0, n);
            if (bytes.size() > longest) {
                throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, what + " is longer than " + longest + " bytes");
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(what + " comes too slowly");
            }
        }
        return bytes.toByteArray();
    }

    /** Returns the reply as messages show it: its status and the beginning of its body. */
    String text() {
        try {
            String text = shown(new String(body.readNBytes(LONGEST_SHOWN), StandardCharsets.UTF_8).strip());
            return text.isEmpty() ? String.valueOf(status) : status + ": " + text;
        } catch (IOException _) {
            return String.valueOf(status);
        }
    }

    static String shown(String text) {
        String cut = text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
        return cut.replaceAll("\\p{Cntrl}+", " ");
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
