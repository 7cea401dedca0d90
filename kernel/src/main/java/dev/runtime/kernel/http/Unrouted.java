package dev.runtime.kernel.http;

import dev.runtime.api.http.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/** Answers requests that no route takes: a redirect to the plain form of a known path, 405 or 404. */
final class Unrouted {
    private static final Set<String> READING = Set.of("GET", "HEAD");

    private Unrouted() {}

    static void answer(RoutingTable table, HttpExchange exchange) throws IOException {
        String path = exchange.path();
        if (!RequestPath.sane(path)) {
            text(exchange, 404, "404 page not found");
            return;
        }
        String clean = RequestPath.clean(path);
        List<String> methods = clean.equals(path) ? table.methods(path) : List.of();
        if (!methods.isEmpty()) {
            exchange.replyHeader("Allow", String.join(", ", methods));
            text(exchange, 405, "405 method not allowed");
            return;
        }
        String shorter = clean.length() > 1 && clean.endsWith("/") ? clean.substring(0, clean.length() - 1) : clean;
        String known = table.methods(clean).isEmpty() ? shorter : clean;
        if (known.equals(path) || table.methods(known).isEmpty()) {
            text(exchange, 404, "404 page not found");
            return;
        }
        exchange.replyHeader("Location", RequestPath.encode(known) + query(exchange.rawQuery()));
        exchange.send(READING.contains(exchange.method()) ? 301 : 307, "", new byte[0]);
    }

    /** What is no plain text does not get into a header. */
    private static String query(String raw) {
        return raw.isEmpty() || raw.chars().anyMatch(c -> c <= ' ' || c >= 0x7f) ? "" : "?" + raw;
    }

    private static void text(HttpExchange exchange, int status, String text) throws IOException {
        exchange.send(status, "text/plain", text.getBytes(StandardCharsets.UTF_8));
    }
}
