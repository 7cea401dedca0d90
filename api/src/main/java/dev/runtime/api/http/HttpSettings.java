package dev.runtime.api.http;

import dev.runtime.api.Stable;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * Address and limits of a host.
 *
 * @param address where to listen; port 0 for any free one
 * @param maxBodyBytes longest request body
 * @param maxHeaderBytes longest request head
 * @param bodyTimeout longest wait for the next part of a body
 * @param idleTimeout longest idle time of a connection between requests
 */
@Stable
public record HttpSettings(
        InetSocketAddress address, long maxBodyBytes, int maxHeaderBytes, Duration bodyTimeout, Duration idleTimeout) {}
