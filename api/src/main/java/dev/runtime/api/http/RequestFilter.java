package dev.runtime.api.http;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;

/** Stands before all endpoints: authentication, quotas, audit. */
@Stable
public interface RequestFilter extends Extension {
    /** Returns the place among filters: smaller ones come first. */
    int order();

    /**
     * Lets a request pass by calling {@code next}, answers it itself, or refuses it.
     *
     * @throws dev.runtime.api.RuntimeFailure to refuse; written in the shape of the endpoint's dialect
     */
    void filter(HttpExchange exchange, HttpHandler next) throws Exception;
}
