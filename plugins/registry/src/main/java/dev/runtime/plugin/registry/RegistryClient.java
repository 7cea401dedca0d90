package dev.runtime.plugin.registry;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * Requests to one registry: with a token where it asks for one, following where it sends us. The token goes to the registry's own
 * scheme, host and port, and nowhere else. Safe for use by many threads.
 */
final class RegistryClient {
    private static final int MOST_REDIRECTS = 10;
    private static final int LONGEST_TOKEN = 64 << 10;
    private static final JsonFactory JSON = new JsonFactory();
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Origin registry;
    private final Egress egress;
    private volatile Optional<String> token = Optional.empty();

    RegistryClient(Origin registry, Egress egress) {
        this.registry = registry;
        this.egress = egress;
    }

    /**
     * Sends a request, and follows redirects if it has no body.
     *
     * @return the reply that is neither a redirect nor a wish for a token; closed by the caller
     * @throws RuntimeFailure with {@code auth.unauthorized} if the token is refused, {@code auth.forbidden} for a way that is closed,
     *     {@code upstream.failed} for too many redirects
     */
    Wire send(Wire.Request request, Cancellation cancellation) throws IOException {
        Wire.Request next = request;
        for (int hops = 0; hops <= MOST_REDIRECTS; hops++) {
            Wire reply = authorized(next, cancellation);
            Optional<URI> target = request.body().isPresent() ? Optional.empty() : redirect(reply, next.uri());
            if (target.isEmpty()) {
                return reply;
            }
            reply.close();
            next = new Wire.Request(next.method(), target.get(), next.headers(), next.body());
        }
        throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, registry.host() + " redirects more than " + MOST_REDIRECTS + " times");
    }

    /** Sends a request to an address that a reply named, without a token unless it is the registry's own. */
    Wire once(Wire.Request request, Cancellation cancellation) throws IOException {
        return authorized(request, cancellation);
    }

    /** Returns where a reply sends us; nothing if it does not. */
    static Optional<URI> redirect(Wire reply, URI from) throws IOException {
        boolean redirects = switch (reply.status()) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
        return redirects ? Optional.of(location(reply, from)) : Optional.empty();
    }

    /** Returns the address in a reply's Location. */
    static URI location(Wire reply, URI from) throws IOException {
        String text = reply.header("docker-upload-location").or(() -> reply.header("location"))
                .orElseThrow(() -> new IOException("the registry's reply " + reply.status() + " says no location"));
        try {
            return from.resolve(text);
        } catch (IllegalArgumentException e) {
            throw new IOException("the registry's reply has a location that is no address", e);
        }
    }

    private Wire authorized(Wire.Request request, Cancellation cancellation) throws IOException {
        boolean own = Origin.of(request.uri()).equals(registry);
        Optional<String> used = own ? token : Optional.empty();
        Wire reply = Wire.send(with(request, used), egress, cancellation);
        if (reply.status() != 401 || !own) {
            return reply;
        }
        Optional<Challenge> challenge = reply.header("www-authenticate").flatMap(Challenge::parse);
        reply.close();
        if (challenge.isEmpty()) {
            throw denied();
        }
        Wire second = Wire.send(with(request, Optional.of(fresh(challenge.get(), used, cancellation))), egress, cancellation);
        if (second.status() == 401) {
            second.close();
            throw denied();
        }
        return second;
    }

    private static RuntimeFailure denied() {
        return new RuntimeFailure(ErrorCode.UNAUTHORIZED, "unauthorized: access denied");
    }

    private static Wire.Request with(Wire.Request request, Optional<String> token) {
        if (token.isEmpty()) {
            return request;
        }
        Map<String, String> headers = new HashMap<>(request.headers());
        headers.put("Authorization", "Bearer " + token.get());
        return new Wire.Request(request.method(), request.uri(), headers, request.body());
    }

    /** Returns a token that is not the refused one; of many threads that need one, the first fetches it. */
    private synchronized String fresh(Challenge challenge, Optional<String> refused, Cancellation cancellation) throws IOException {
        if (token.isPresent() && !token.equals(refused)) {
            return token.get();
        }
        byte[] nonce = new byte[16];
        RANDOM.nextBytes(nonce);
        URI uri = challenge.tokenUri(registry, Instant.now(), nonce);
        Map<String, String> headers = new HashMap<>();
        egress.key().ifPresent(key -> headers.put("Authorization", key.authorization(uri.toString())));
        try (Wire reply = Wire.send(Wire.Request.of("GET", uri, headers), egress, cancellation)) {
            if (reply.status() >= 300) {
                // also a redirect: whoever gives tokens does it himself
                throw new RuntimeFailure(ErrorCode.UNAUTHORIZED, "unauthorized: no token: " + reply.text());
            }
            String fetched = token(reply.bytes(LONGEST_TOKEN, "the reply with a token"));
            token = Optional.of(fetched);
            return fetched;
        }
    }

    private static String token(byte[] json) {
        String found = "";
        try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            int depth = 0;
            for (JsonToken each = parser.nextToken(); each != null; each = parser.nextToken()) {
                depth += each.isStructStart() ? 1 : each.isStructEnd() ? -1 : 0;
                if (depth == 1 && each == JsonToken.VALUE_STRING
                        && (parser.currentName().equals("token") || found.isEmpty() && parser.currentName().equals("access_token"))) {
                    found = parser.getString();
                }
            }
        } catch (JacksonException e) {
            throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "the reply with a token is no JSON", e);
        }
        // it becomes a header: nothing but visible characters
        if (!found.matches("[!-~]+")) {
            throw new RuntimeFailure(ErrorCode.UNAUTHORIZED, "unauthorized: the registry gave no token");
        }
        return found;
    }
}
