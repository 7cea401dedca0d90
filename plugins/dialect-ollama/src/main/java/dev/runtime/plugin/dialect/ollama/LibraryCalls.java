package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.ModelReference;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The routes that change the store without talking to anybody else: copy, delete, blobs. */
final class LibraryCalls {
    private static final byte[] NOTHING = {};

    private final LocalRuntime runtime;
    private final RequestReader requests;

    LibraryCalls(LocalRuntime runtime, RequestReader requests) {
        this.runtime = runtime;
        this.requests = requests;
    }

    void copy(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        String source = fields.string("source");
        String destination = fields.string("destination");
        account(fields, exchange);
        require(ModelReference.isName(source), "source \"" + source + "\" is invalid");
        require(ModelReference.isName(destination), "destination \"" + destination + "\" is invalid");
        try {
            runtime.library().copy(source.strip(), destination.strip());
        } catch (RuntimeFailure e) {
            throw e.code() == ErrorCode.MODEL_NOT_FOUND ? new RuntimeFailure(e.code(), "model \"" + source + "\" not found", e) : e;
        }
        exchange.send(200, "", NOTHING);
    }

    void delete(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        String alias = fields.string("name");
        String given = fields.optionalString("model").filter(s -> !s.isEmpty()).orElse(alias);
        account(fields, exchange);
        require(!given.isBlank(), "model is required");
        require(ModelReference.isName(given), "name \"" + given + "\" is invalid");
        try {
            runtime.library().delete(ModelReference.stored(given));
        } catch (RuntimeFailure e) {
            throw switch (e.code()) {
                case MODEL_NOT_FOUND -> new RuntimeFailure(e.code(), "model '" + given + "' not found", e);
                case MODEL_NAME_INVALID -> new RuntimeFailure(e.code(), "name \"" + given + "\" is invalid", e);
                default -> e;
            };
        }
        exchange.send(200, "", NOTHING);
    }

    void hasBlob(HttpExchange exchange) throws IOException {
        String digest = digest(exchange);
        if (!there(digest)) {
            throw new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "blob \"" + digest + "\" not found");
        }
        exchange.send(200, "", NOTHING);
    }

    void addBlob(HttpExchange exchange) throws IOException {
        String digest = digest(exchange);
        if (there(digest)) {
            exchange.send(200, "", NOTHING);
            return;
        }
        runtime.library().addBlob(exchange.longBody(), Optional.of(digest));
        exchange.send(201, "", NOTHING);
    }

    private boolean there(String digest) {
        try {
            return runtime.library().hasBlob(digest);
        } catch (RuntimeFailure e) {
            throw e.code() == ErrorCode.REQUEST_INVALID ? new RuntimeFailure(e.code(), "invalid digest format", e) : e;
        }
    }

    private static String digest(HttpExchange exchange) {
        return exchange.pathParameter("digest");
    }

    private void account(Fields fields, HttpExchange exchange) {
        List<String> notes = new ArrayList<>();
        requests.account(fields.ignored(), notes);
        Replies.note(exchange, notes);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, otherwise);
        }
    }
}
