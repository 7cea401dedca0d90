package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.http.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;

/** Reads bodies. The request's content type does not matter: clients send JSON under any. */
final class RequestReader {
    private final Settings settings;

    RequestReader(Settings settings) {
        this.settings = settings;
    }

    /**
     * Reads a body.
     *
     * @throws RuntimeFailure with {@code request.invalid} if there is none or it is no JSON object
     */
    Fields read(HttpExchange exchange) throws IOException {
        JsonText.Value body = JsonText.read(exchange.body())
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID, "missing request body"));
        return new Fields("", body.plain());
    }

    /** Tells whether unknown fields and options are refused. */
    boolean strict() {
        return settings.flag(CoreKeys.STRICT);
    }

    /**
     * Accounts for fields that nobody asked for, once all known ones were read.
     *
     * @param ignored names of fields
     * @param notes takes a sentence for each
     * @throws RuntimeFailure with {@code request.invalid} in strict mode
     */
    void account(List<String> ignored, List<String> notes) {
        // the same field of many messages is said once
        LinkedHashSet<String> names = new LinkedHashSet<>();
        ignored.forEach(name -> names.add(name.replaceAll("\\[\\d+]", "[]")));
        if (!names.isEmpty() && strict()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                    "unknown field \"" + names.getFirst() + "\"; server.strict refuses what it does not know");
        }
        names.forEach(name -> notes.add("ignored field \"" + (name.length() > 100 ? name.substring(0, 100) + "…" : name) + "\""));
    }
}
