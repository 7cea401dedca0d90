package dev.runtime.plugin.dialect;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.CoreKeys;
import dev.runtime.api.config.Settings;
import dev.runtime.api.http.HttpExchange;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.List;

/** Reads bodies. The request's content type does not matter: clients send JSON under any. */
public final class RequestReader {
    private final Settings settings;
    private final String empty;
    private final boolean compressed;

    /**
     * Creates a reader of plain bodies.
     *
     * @param empty what to say about a request without a body
     */
    public RequestReader(Settings settings, String empty) {
        this(settings, empty, false);
    }

    /**
     * Creates a reader.
     *
     * @param empty what to say about a request without a body
     * @param compressed whether bodies may be compressed with Zstandard
     */
    public RequestReader(Settings settings, String empty, boolean compressed) {
        this.settings = settings;
        this.empty = empty;
        this.compressed = compressed;
    }

    /**
     * Reads a body.
     *
     * @throws RuntimeFailure with {@code request.invalid} if there is none, if it is no JSON object, or compressed in another way
     * @throws IOException if the client is gone
     */
    public Fields read(HttpExchange exchange) throws IOException {
        String coding = exchange.header("content-encoding").orElse("identity");
        boolean zstd = compressed && coding.equalsIgnoreCase("zstd");
        if (!zstd && !coding.equalsIgnoreCase("identity")) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "request bodies with content-encoding "
                    + (coding.length() > 20 ? coding.substring(0, 20) : coding) + " are not supported; send plain JSON");
        }
        JsonText.Value body = JsonText.read(zstd ? ZstdBody.plain(exchange.body()) : exchange.body())
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID, empty));
        return new Fields("", body.plain());
    }

    /** Tells whether unknown fields and options are refused. */
    public boolean strict() {
        return settings.flag(CoreKeys.STRICT);
    }

    /**
     * Says that a wish is not fulfilled.
     *
     * @param sentence what was asked for and what happens instead
     * @param notes takes the sentence
     * @throws RuntimeFailure with {@code request.unsupported} in strict mode
     */
    public void concede(String sentence, List<String> notes) {
        if (strict()) {
            throw new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, sentence + "; server.strict refuses that");
        }
        notes.add(sentence);
    }

    /**
     * Accounts for fields that nobody asked for, once all known ones were read.
     *
     * @param ignored names of fields
     * @param notes takes a sentence for each
     * @throws RuntimeFailure with {@code request.invalid} in strict mode
     */
    public void account(List<String> ignored, List<String> notes) {
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
