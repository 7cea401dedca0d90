package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.http.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Sends replies in one piece. */
final class Replies {
    static final String JSON = "application/json; charset=utf-8";
    private static final String NOTES = "Runtime-Notes";
    private static final int LONGEST_HEADER = 2000;

    private Replies() {}

    static void send(HttpExchange exchange, Map<String, ?> reply) throws IOException {
        exchange.send(200, JSON, JsonText.write(reply));
    }

    /** Sends a reply with notes in the header; the body's are the caller's. */
    static void send(HttpExchange exchange, Map<String, ?> reply, List<String> notes) throws IOException {
        if (!notes.isEmpty()) {
            exchange.replyHeader(NOTES, header(notes));
        }
        send(exchange, reply);
    }

    /** Headers hold visible ASCII only. */
    private static String header(List<String> notes) {
        String joined = String.join("; ", notes);
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < joined.length() && i < LONGEST_HEADER; i++) {
            char c = joined.charAt(i);
            plain.append(c >= ' ' && c < 0x7f ? c : '?');
        }
        return plain.toString();
    }
}
