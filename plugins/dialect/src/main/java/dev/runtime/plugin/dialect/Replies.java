package dev.runtime.plugin.dialect;

import dev.runtime.api.http.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Sends replies in one piece, and what is to be said about them. */
public final class Replies {
    /** The media type of JSON. */
    public static final String JSON = "application/json";
    private static final String NOTES = "Runtime-Notes";
    private static final int LONGEST_HEADER = 2000;

    private Replies() {}

    /** Sends a reply with status 200. */
    public static void send(HttpExchange exchange, String contentType, Map<String, ?> reply) throws IOException {
        exchange.send(200, contentType, JsonText.write(reply));
    }

    /** Sends a reply with status 200 and notes in the header; the body's are the caller's. */
    public static void send(HttpExchange exchange, String contentType, Map<String, ?> reply, List<String> notes) throws IOException {
        note(exchange, notes);
        send(exchange, contentType, reply);
    }

    /** Puts notes into the reply's header; nothing if there are none. */
    public static void note(HttpExchange exchange, List<String> notes) {
        if (!notes.isEmpty()) {
            exchange.replyHeader(NOTES, header(notes));
        }
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
