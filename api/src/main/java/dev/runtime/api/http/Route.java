package dev.runtime.api.http;

import dev.runtime.api.Stable;
import java.util.Objects;

/**
 * A method and a path with the code that answers.
 *
 * @param method upper case
 * @param path starts with a slash; a segment {@code {name}} matches any one segment, a last segment {@code {name*}} the rest
 * @param handler the code
 */
@Stable
public record Route(String method, String path, HttpHandler handler) {
    /** Checks. */
    public Route {
        Objects.requireNonNull(handler, "handler");
        if (!path.startsWith("/") || !method.equals(method.toUpperCase(java.util.Locale.ROOT))) {
            throw new IllegalArgumentException("route " + method + " " + path);
        }
    }
}
