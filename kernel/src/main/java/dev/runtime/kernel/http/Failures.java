package dev.runtime.kernel.http;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.Endpoint.ErrorBody;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Turns whatever a handler throws into a reply. Nothing a request does gets past it. */
final class Failures {
    private static final System.Logger LOG = System.getLogger(Failures.class.getName());

    /** A place in a queue is free again after a request or a load: soon, but nobody knows when. */
    private static final String RETRY_SECONDS = "1";

    private Failures() {}

    /**
     * Answers a failure in the shape of its endpoint's dialect.
     *
     * @throws IOException if the reply had begun already, or the client is gone: the host then ends the connection
     */
    static void answer(RoutedExchange exchange, Throwable thrown) throws IOException {
        if (exchange.replied()) {
            if (!(thrown instanceof IOException)) {
                log(exchange, thrown);
            }
            throw new IOException("the reply to " + exchange.method() + " " + exchange.path() + " breaks off", thrown);
        }
        if (thrown instanceof IOException && exchange.cancellation().cancelled()) {
            throw (IOException) thrown;
        }
        RuntimeFailure failure = failure(thrown);
        log(exchange, thrown);
        ErrorBody body = body(exchange.match().map(match -> (Endpoint) match.target().endpoint().extension()), failure);
        if (failure.code() == ErrorCode.SERVER_BUSY) {
            exchange.replyHeader("Retry-After", RETRY_SECONDS);
        }
        exchange.send(body.status(), body.contentType(), body.body().getBytes(StandardCharsets.UTF_8));
    }

    private static RuntimeFailure failure(Throwable thrown) {
        return switch (thrown) {
            case RuntimeFailure failure -> failure;
            case OutOfMemoryError e -> new RuntimeFailure(ErrorCode.OUT_OF_MEMORY,
                    "out of memory; a smaller request or context may succeed", e);
            default -> new RuntimeFailure(ErrorCode.INTERNAL,
                    "internal error (" + thrown.getClass().getSimpleName() + "); the log of the server has the details", thrown);
        };
    }

    private static ErrorBody body(Optional<Endpoint> endpoint, RuntimeFailure failure) {
        if (endpoint.isPresent()) {
            try {
                return endpoint.get().error(failure);
            } catch (RuntimeException | Error e) {
                LOG.log(Level.ERROR, "endpoint " + endpoint.get().getClass().getName() + " cannot write a failure", e);
            }
        }
        return new ErrorBody(failure.code().status(), "text/plain", failure.getMessage());
    }

    private static void log(RoutedExchange exchange, Throwable thrown) {
        if (!(thrown instanceof RuntimeFailure failure)) {
            LOG.log(Level.ERROR, exchange.method() + " " + exchange.path() + " failed", thrown);
        } else if (failure.code().status() >= 500) {
            LOG.log(Level.WARNING, exchange.method() + " " + exchange.path() + ": " + failure.code().code() + ": " + failure.getMessage());
        } else {
            LOG.log(Level.DEBUG, exchange.method() + " " + exchange.path() + ": " + failure.code().code() + ": " + failure.getMessage());
        }
    }
}
