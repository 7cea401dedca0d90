package dev.runtime.api.http;

import dev.runtime.api.Experimental;
import java.io.IOException;

/** An open WebSocket. Sending is safe for many threads; each call sends one whole message and blocks until it is written. */
@Experimental
public interface WebSocket extends AutoCloseable {
    /** Takes messages, one at a time, on a virtual thread. */
    interface Listener {
        /** The socket is open. */
        void opened(WebSocket socket);

        /** A text message. */
        void text(WebSocket socket, String message);

        /** The socket is closed, by whichever side or a failure. */
        void closed(WebSocket socket);
    }

    /** Sends a text message. */
    void send(String message) throws IOException;

    /** Closes with status 1000. */
    @Override
    void close();
}
