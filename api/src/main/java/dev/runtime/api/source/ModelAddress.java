package dev.runtime.api.source;

import dev.runtime.api.Experimental;
import java.util.Locale;
import java.util.Optional;

/**
 * A model's name as a place: {@code [scheme://][host/][namespace/]model[:tag]}. No part is empty or holds a slash, and only the host may hold
 * a colon.
 *
 * @param scheme what the caller wrote before {@code ://}, lower case; empty if nothing
 * @param host the host, perhaps with a port
 * @param namespace the owner
 * @param model the model
 * @param tag the version
 */
@Experimental
public record ModelAddress(String scheme, String host, String namespace, String model, String tag) {
    private static final int LONGEST_HOST = 350;
    private static final int LONGEST_PART = 80;

    /** Returns all parts but the scheme. */
    public String full() {
        return host + "/" + namespace + "/" + model + ":" + tag;
    }

    /**
     * Reads a name in any spelling.
     *
     * @param defaults has the parts that are not written
     * @return nothing if a part is not valid
     */
    public static Optional<ModelAddress> parse(String text, ModelAddress defaults) {
        String rest = text;
        String tag = defaults.tag;
        String namespace = defaults.namespace;
        String host = defaults.host;
        String scheme = "";
        int colon = rest.lastIndexOf(':');
        if (colon >= 0 && colon > rest.lastIndexOf('/')) {
            tag = rest.substring(colon + 1);
            rest = rest.substring(0, colon);
        }
        int slash = rest.lastIndexOf('/');
        String model = rest.substring(slash + 1);
        if (slash >= 0) {
            rest = rest.substring(0, slash);
            slash = rest.lastIndexOf('/');
            namespace = rest.substring(slash + 1);
            if (slash >= 0) {
                host = rest.substring(0, slash);
                int end = host.indexOf("://");
                scheme = end > 0 ? host.substring(0, end).strip().toLowerCase(Locale.ROOT) : "";
                host = end > 0 ? host.substring(end + 3) : host;
            }
        }
        return validHost(host) && validNamespace(namespace) && validPart(model) && validPart(tag)
                ? Optional.of(new ModelAddress(scheme, host, namespace, model, tag)) : Optional.empty();
    }

    /** Tells whether a text may be a host: letters, digits, {@code _ - . :}, of which the last three not first, and 350 of them at most. */
    public static boolean validHost(String text) {
        return valid(text, LONGEST_HOST, ".:");
    }

    /** Tells whether a text may be an owner: letters, digits, {@code _ -}, of which the last not first, and 80 of them at most. */
    public static boolean validNamespace(String text) {
        return valid(text, LONGEST_PART, "");
    }

    /** Tells whether a text may be a model or a version: as an owner, and a point may be anywhere but first. */
    public static boolean validPart(String text) {
        return valid(text, LONGEST_PART, ".");
    }

    private static boolean valid(String text, int longest, String extra) {
        if (text.isEmpty() || text.length() > longest) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean word = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
            if (!word && (i == 0 || c != '-' && extra.indexOf(c) < 0)) {
                return false;
            }
        }
        return true;
    }
}
