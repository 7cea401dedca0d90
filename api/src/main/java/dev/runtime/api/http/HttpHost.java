package dev.runtime.api.http;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A server that carries endpoints. Routing, filters and failures are the kernel's: a host only has connections. */
@Stable
public interface HttpHost extends Extension {
    /** Returns the host's name, lower case. */
    String name();

    /**
     * Listens and passes every request to the handler, each on a virtual thread of its own.
     *
     * @return closed by the caller
     * @throws IOException if the address cannot be bound
     */
    Listening listen(HttpSettings settings, HttpHandler handler) throws IOException;

    /** An open server. */
    interface Listening extends AutoCloseable {
        /** Returns the bound address, with the real port. */
        InetSocketAddress address();

        /** Takes no more connections, waits a short time for running requests, then ends them. */
        @Override
        void close();
    }
}
