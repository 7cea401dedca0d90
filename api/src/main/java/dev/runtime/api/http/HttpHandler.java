package dev.runtime.api.http;

import dev.runtime.api.Stable;

/** Answers a request, in blocking style on a virtual thread of its own. */
@Stable
@FunctionalInterface
public interface HttpHandler {
    /**
     * Answers; the exchange is complete when this returns.
     *
     * @throws Exception a {@link dev.runtime.api.RuntimeFailure} or {@link java.io.IOException} of the client's connection is
     *     normal; anything else is logged as a fault
     */
    void handle(HttpExchange exchange) throws Exception;
}
