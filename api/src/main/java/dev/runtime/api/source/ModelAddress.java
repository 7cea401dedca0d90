package dev.runtime.api.source;

import dev.runtime.api.Experimental;

/**
 * A model's name as a place. The parts were checked: none is empty, none holds a slash, and only the host may hold a colon.
 *
 * @param scheme what the caller wrote before {@code ://}, lower case; empty if nothing
 * @param host the host, perhaps with a port
 * @param namespace the owner
 * @param model the model
 * @param tag the version
 */
@Experimental
public record ModelAddress(String scheme, String host, String namespace, String model, String tag) {
    /** Returns all parts but the scheme. */
    public String full() {
        return host + "/" + namespace + "/" + model + ":" + tag;
    }
}
