package dev.runtime.api.http;

import dev.runtime.api.Cancellation;
import dev.runtime.api.Stable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One request and its reply. For the thread that handles it. */
@Stable
public interface HttpExchange {
    /** Returns the method, upper case. */
    String method();

    /** Returns the decoded path, without query; an encoded slash stays {@code %2F}, so that it never splits a segment. */
    String path();

    /** Returns the decoded value of a path parameter of the route. */
    String pathParameter(String name);

    /** Returns the first value of a query parameter. */
    Optional<String> query(String name);

    /** Returns the query as it was sent, still encoded and without its question mark; empty if there is none. */
    String rawQuery();

    /** Returns the first value of a request header, by name in any case. */
    Optional<String> header(String name);

    /** Returns all request headers, by lower-case name. */
    Map<String, List<String>> headers();

    /** Returns the address of the other side. */
    InetSocketAddress remoteAddress();

    /** Returns whether the connection is encrypted. */
    boolean secure();

    /**
     * Returns the body.
     *
     * <p>Reading past the configured limit throws {@code request.too_large}, a body that does not arrive in time
     * {@code request.timeout}.
     */
    InputStream body();

    /**
     * (optional) Returns the body without a limit of its length, for files that go to disk as they arrive; the limit of time stays. The
     * default has the limit.
     */
    default InputStream longBody() {
        return body();
    }

    /** Returns the signal that is cancelled when the client goes away before the reply is complete, also while nothing is written. */
    Cancellation cancellation();

    /** Returns values that filters leave for handlers, such as who is asking. */
    Map<String, Object> attributes();

    /** Sets a reply header; before {@link #send} or the first use of {@link #output}. */
    void replyHeader(String name, String value);

    /** Tells whether status and headers were sent. */
    boolean replied();

    /** Sends a whole reply; a body of length 0 has no content type. */
    void send(int status, String contentType, byte[] body) throws IOException;

    /**
     * Begins a streamed reply. Each {@link OutputStream#flush()} reaches the client at once; an {@link IOException} means that
     * the client is gone.
     */
    OutputStream output(int status, String contentType) throws IOException;

    /**
     * Answers with an upgrade to WebSocket; the socket then lives until either side closes it, after this call has
     * returned.
     *
     * @throws dev.runtime.api.RuntimeFailure with {@code request.invalid} if the request is no WebSocket handshake
     */
    void upgrade(WebSocket.Listener listener) throws IOException;
}
