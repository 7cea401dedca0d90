package dev.runtime.kernel.http;

import dev.runtime.api.http.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Stands before everything else, so that no web page can drive a server on its visitor's machine.
 *
 * <p>Browsers name the page's origin in every request that can change something; requests of origins that are not allowed get
 * 403 whatever their method, as a browser sends simple ones without asking first. Programs send no origin and pass.
 */
record Guard(CorsNames names, Origins origins, HostRules hosts) {
    private static final byte[] NOTHING = {};

    /** Lets a request pass, or answers it and returns false. */
    boolean admit(HttpExchange exchange) throws IOException {
        Map<String, List<String>> headers = exchange.headers();
        List<String> hostHeaders = headers.getOrDefault("host", List.of());
        List<String> originHeaders = headers.getOrDefault("origin", List.of());
        if (hostHeaders.size() > 1 || originHeaders.size() > 1) {
            return answer(exchange, 400);
        }
        String host = hostHeaders.isEmpty() ? "" : hostHeaders.getFirst();
        if (!originHeaders.isEmpty() && !sameOrigin(originHeaders.getFirst(), host)) {
            String origin = originHeaders.getFirst();
            if (!origins.allow(origin)) {
                return answer(exchange, 403);
            }
            exchange.replyHeader("Access-Control-Allow-Origin", origins.all() ? "*" : origin);
            if (exchange.method().equals("OPTIONS")) {
                preflight(exchange);
                return answer(exchange, 204);
            }
            exchange.replyHeader("Vary", "Origin");
        }
        return hosts.allow(host) || answer(exchange, 403);
    }

    private void preflight(HttpExchange exchange) {
        exchange.replyHeader("Access-Control-Allow-Methods", names.methods());
        exchange.replyHeader("Access-Control-Allow-Headers", names.headers());
        exchange.replyHeader("Access-Control-Max-Age", "43200");
        exchange.replyHeader("Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
        if (exchange.header("Access-Control-Request-Private-Network").isPresent()) {
            exchange.replyHeader("Access-Control-Allow-Private-Network", "true");
        }
    }

    private static boolean sameOrigin(String origin, String host) {
        String lower = origin.toLowerCase(Locale.ROOT);
        String name = host.strip().toLowerCase(Locale.ROOT);
        return !name.isEmpty() && (lower.equals("http://" + name) || lower.equals("https://" + name));
    }

    private static boolean answer(HttpExchange exchange, int status) throws IOException {
        exchange.send(status, "", NOTHING);
        return false;
    }
}
