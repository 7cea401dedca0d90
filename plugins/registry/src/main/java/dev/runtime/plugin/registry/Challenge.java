package dev.runtime.plugin.registry;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a registry says that a token is needed for: {@code Bearer realm="...",service="...",scope="a b"}.
 *
 * @param realm where tokens are given
 * @param service the registry, as it calls itself
 * @param scope what is to be allowed, separated by spaces
 */
record Challenge(String realm, String service, String scope) {
    /** Reads a header; nothing if it asks for something else than a token. */
    static Optional<Challenge> parse(String header) {
        if (!header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return Optional.empty();
        }
        Map<String, String> values = new LinkedHashMap<>();
        String rest = header.substring(7);
        // a value ends at a quote before a comma or the end: scopes may hold quotes and commas
        for (int at = 0; at < rest.length(); ) {
            int equals = rest.indexOf("=\"", at);
            if (equals < 0) {
                break;
            }
            int end = rest.indexOf("\",", equals + 2);
            end = end >= 0 ? end : rest.lastIndexOf('"');
            if (end < equals + 2) {
                break;
            }
            values.put(rest.substring(at, equals).strip(), rest.substring(equals + 2, end));
            at = end + 2;
        }
        String realm = values.getOrDefault("realm", "");
        return realm.isEmpty() ? Optional.empty()
                : Optional.of(new Challenge(realm, values.getOrDefault("service", ""), values.getOrDefault("scope", "")));
    }

    /**
     * Returns the address that gives the token.
     *
     * @param registry who gave the challenge: a token is asked for nowhere else
     * @throws RuntimeFailure with {@code auth.forbidden} if the realm is somewhere else
     */
    URI tokenUri(Origin registry, Instant now, byte[] nonce) {
        URI uri;
        try {
            uri = URI.create(realm);
        } catch (IllegalArgumentException e) {
            throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, registry.host() + " names a realm that is no address", e);
        }
        Origin there = Origin.of(uri);
        if (!there.equals(registry)) {
            throw new RuntimeFailure(ErrorCode.FORBIDDEN, "realm host \"" + Wire.shown(there.authority())
                    + "\" does not match original host \"" + registry.authority() + "\"");
        }
        Map<String, String> query = new TreeMap<>();
        query.put("nonce", Base64.getUrlEncoder().withoutPadding().encodeToString(nonce));
        query.put("service", service);
        query.put("ts", String.valueOf(now.getEpochSecond()));
        StringBuilder text = new StringBuilder();
        query.forEach((name, value) -> {
            if (name.equals("service")) {
                for (String each : scope.strip().split("\\s+")) {
                    text.append("&scope=").append(encoded(each));
                }
            }
            text.append('&').append(name).append('=').append(encoded(value));
        });
        String path = uri.getRawPath() == null ? "" : uri.getRawPath();
        return URI.create(uri.getScheme() + "://" + uri.getRawAuthority() + path + "?"
                + (uri.getRawQuery() == null ? text.substring(1) : uri.getRawQuery() + text));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
