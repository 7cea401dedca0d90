package dev.runtime.api.http;

import dev.runtime.api.Stable;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Starts and stops listening. Safe for use by many threads. */
@Stable
public interface HttpService {
    /**
     * Listens at an address.
     *
     * @return the bound address, with the real port
     * @throws dev.runtime.api.RuntimeFailure with {@code config.invalid} if the address is in use or there is no host plug-in
     */
    InetSocketAddress listen(InetSocketAddress address);

    /** Returns the bound address while listening. */
    Optional<InetSocketAddress> address();

    /** Stops listening; running requests get a short time to end. */
    void stop();
}
