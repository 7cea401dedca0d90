package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.plugin.dialect.JsonText;
import dev.runtime.plugin.dialect.Replies;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Responses that later ones may continue, in memory: those not asked for longest go when there are too many or they are too long together,
 * and all go with the process. Their ids cannot be guessed. Safe for use by many threads.
 */
final class StoredResponses {
    private static final int MOST = 1_000;
    private static final long MOST_CHARACTERS = 32L << 20;

    private final Map<String, Stored> stored = new LinkedHashMap<>(16, 0.75f, true);
    private long characters;

    /**
     * One of them.
     *
     * @param response the reply's object
     * @param input the items of its whole conversation, those of the responses before it too
     * @param length characters of both as JSON
     */
    private record Stored(Map<String, Object> response, List<Object> input, long length) {
        /** Returns the conversation after the response. */
        List<Object> conversation() {
            List<Object> items = new ArrayList<>(input);
            if (response.get("output") instanceof List<?> output) {
                items.addAll(output);
            }
            return items;
        }
    }

    /** Keeps a response and the items that it answers. */
    void keep(Map<String, Object> response, List<Object> input) {
        Stored entry = new Stored(response, List.copyOf(input), JsonText.text(response).length() + JsonText.text(input).length());
        synchronized (stored) {
            stored.put(String.valueOf(response.get("id")), entry);
            characters += entry.length;
            for (Iterator<Stored> oldest = stored.values().iterator(); stored.size() > MOST || characters > MOST_CHARACTERS; oldest.remove()) {
                characters -= oldest.next().length;
            }
        }
    }

    /** Returns the items that a response continues. */
    List<Object> conversation(String id) {
        return find(id).conversation();
    }

    /** {@code GET /v1/responses/{id}}. */
    void retrieve(HttpExchange exchange) throws IOException {
        Replies.send(exchange, Replies.JSON, find(exchange.pathParameter("id")).response);
    }

    /** {@code GET /v1/responses/{id}/input_items}, all at once. */
    void inputItems(HttpExchange exchange) throws IOException {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("object", "list");
        reply.put("data", find(exchange.pathParameter("id")).input.reversed());
        reply.put("has_more", false);
        Replies.send(exchange, Replies.JSON, reply);
    }

    /** {@code DELETE /v1/responses/{id}}. */
    void delete(HttpExchange exchange) throws IOException {
        String id = exchange.pathParameter("id");
        find(id);
        synchronized (stored) {
            Stored entry = stored.remove(id);
            characters -= entry == null ? 0 : entry.length;
        }
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("id", id);
        reply.put("object", "response");
        reply.put("deleted", true);
        Replies.send(exchange, Replies.JSON, reply);
    }

    private Stored find(String id) {
        synchronized (stored) {
            Stored entry = stored.get(id);
            if (entry == null) {
                throw new RuntimeFailure(ErrorCode.REFERENCE_NOT_FOUND, "Response with id '" + id
                        + "' not found: it was deleted, made room for others, or belongs to an earlier process; send the whole conversation as input");
            }
            return entry;
        }
    }
}
