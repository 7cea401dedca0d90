package dev.runtime.plugin.cli.client;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;

/**
 * The server's address as people write it: {@code [scheme://]host[:port][/path]}, any part may be missing.
 *
 * @param scheme {@code http} or {@code https}
 * @param host a name or address, empty for all interfaces; IPv6 without brackets
 * @param port the port
 * @param path put before every request's path, without a slash at its end
 */
public record HostAddress(String scheme, String host, int port, String path) {
    private static final int DEFAULT_PORT = 11434;

    /**
     * Parses.
     *
     * @throws RuntimeFailure with {@code config.invalid} for another scheme or a port that is no port
     */
    public static HostAddress parse(String text) {
        String rest = text.strip();
        String scheme = "http";
        int port = DEFAULT_PORT;
        int colons = rest.indexOf("://");
        if (colons >= 0) {
            scheme = rest.substring(0, colons);
            rest = rest.substring(colons + 3);
            port = switch (scheme) {
                case "http" -> 80;
                case "https" -> 443;
                default -> throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "'" + text + "' has scheme " + scheme + "; use http or https");
            };
        }
        int slash = rest.indexOf('/');
        String path = slash < 0 ? "" : rest.substring(slash).replaceAll("/+$", "");
        rest = slash < 0 ? rest : rest.substring(0, slash);
        boolean bareIpv6 = !rest.startsWith("[") && rest.indexOf(':') != rest.lastIndexOf(':');
        int colon = bareIpv6 ? -1 : rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf(']')) {
            port = port(rest.substring(colon + 1), text);
            rest = rest.substring(0, colon);
        }
        String host = rest.startsWith("[") && rest.endsWith("]") ? rest.substring(1, rest.length() - 1) : rest;
        return new HostAddress(scheme, host.isEmpty() && colon < 0 ? "127.0.0.1" : host, port, path);
    }

    private static int port(String digits, String text) {
        try {
            int port = Integer.parseInt(digits);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // reported below, with the whole text
        }
        throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "'" + text + "' has port '" + digits + "'; a port is a number from 0 to 65535");
    }

    /** Returns where a server listens. */
    public InetSocketAddress bindAddress() {
        try {
            return new InetSocketAddress(host.isEmpty() ? InetAddress.ofLiteral("0.0.0.0") : InetAddress.getByName(host), port);
        } catch (UnknownHostException e) {
            throw new RuntimeFailure(ErrorCode.CONFIG_INVALID, "the host '" + host + "' is unknown; set OLLAMA_HOST to an address of this machine", e);
        }
    }

    /** Tells whether the address means this machine, as far as its text shows. */
    public boolean onThisMachine() {
        return host.isEmpty() || host.equals("localhost") || host.equals("0.0.0.0") || host.equals("::") || host.equals("::1")
                || host.startsWith("127.");
    }

    /** Returns the URI of a path on the server, as a client dials it. */
    public URI uri(String tail) {
        String dialled = switch (host) {
            case "", "0.0.0.0" -> "127.0.0.1";
            case "::" -> "[::1]";
            default -> host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        };
        return URI.create(scheme + "://" + dialled + ":" + port + path + tail);
    }
}
