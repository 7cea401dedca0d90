package dev.runtime.plugin.registry;

import java.net.URI;
import java.util.Locale;

/**
 * Where requests go: what a token is bound to.
 *
 * @param scheme {@code http} or {@code https}
 * @param host lower case, without brackets
 * @param port the port, also where the scheme's own
 */
record Origin(String scheme, String host, int port) {
    static Origin of(URI uri) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost() == null ? "" : uri.getHost().toLowerCase(Locale.ROOT);
        if (host.startsWith("[")) {
            host = host.substring(1, host.length() - 1);
        }
        return new Origin(scheme, host, uri.getPort() >= 0 ? uri.getPort() : scheme.equals("http") ? 80 : 443);
    }

    boolean secure() {
        return scheme.equals("https");
    }

    /** Returns the value of a Host header. */
    String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (secure() ? 443 : 80) ? name : name + ":" + port;
    }

    /** Tells whether a setting's entry, {@code host} or {@code host:port}, means this. */
    boolean matches(String entry) {
        String wanted = entry.strip().toLowerCase(Locale.ROOT);
        return wanted.equals(host) || wanted.equals(host + ":" + port);
    }
}
