package dev.runtime.plugin.dialect.openai;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What all objects of one reply begin with.
 *
 * @param id the reply's id
 * @param object what kind of object it is
 * @param created when, in seconds since 1970
 * @param model the model as the client named it
 */
record ReplyHead(String id, String object, long created, String model) {
    /** Clients compare it between replies to learn whether the server changed. */
    private static final String FINGERPRINT = "fp_ollama";

    /** Returns a new object with these fields. */
    Map<String, Object> begin() {
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("id", id);
        reply.put("object", object);
        reply.put("created", created);
        reply.put("model", model);
        reply.put("system_fingerprint", FINGERPRINT);
        return reply;
    }
}
