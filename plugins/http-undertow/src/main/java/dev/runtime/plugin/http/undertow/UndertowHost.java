package dev.runtime.plugin.http.undertow;

import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.http.HttpHost;
import dev.runtime.api.http.HttpSettings;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** HTTP/1.1 without encryption. */
public final class UndertowHost implements HttpHost {
    /** Held, since java.util.logging forgets the levels of loggers that nobody holds. */
    private static final List<Logger> QUIET = List.of(Logger.getLogger("io.undertow"), Logger.getLogger("org.xnio"),
            Logger.getLogger("org.jboss.threads"));

    private final Duration grace;

    /** Creates a host that gives running requests three seconds when it closes. */
    public UndertowHost() {
        this(Duration.ofSeconds(3));
    }

    UndertowHost(Duration grace) {
        this.grace = grace;
    }

    @Override
    public String name() {
        return "undertow";
    }

    @Override
    public Listening listen(HttpSettings settings, HttpHandler handler) throws IOException {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        return UndertowListening.open(settings, handler, grace);
    }
}
