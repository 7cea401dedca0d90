package dev.runtime.api.http;

import dev.runtime.api.Extension;
import dev.runtime.api.Stable;
import java.util.List;

/** The routes of an API dialect or of any other page. */
@Stable
public interface Endpoint extends Extension {
    /** Returns a short name for logs and lists, lower case. */
    String name();

    /** Returns the routes; called once, after {@link #start}. */
    List<Route> routes();

    /** Returns the body of a failure in the shape that this dialect's clients expect; called when a handler throws before it answered. */
    ErrorBody error(dev.runtime.api.RuntimeFailure failure);

    /**
     * A failure as a dialect writes it.
     *
     * @param status the HTTP status
     * @param contentType the media type
     * @param body the text
     */
    record ErrorBody(int status, String contentType, String body) {}
}
