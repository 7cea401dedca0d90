package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.ModelLookup;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code POST /v1/tokenize} and {@code /v1/detokenize}: the tokens of a text and the text of tokens, in the form of vLLM; llama-server's
 * name {@code content} for a text is understood too.
 */
final class TokenCalls {
    private final LocalRuntime runtime;
    private final RequestReader requests;
    private final ModelLookup lookup;

    TokenCalls(LocalRuntime runtime, RequestReader requests) {
        this.runtime = runtime;
        this.requests = requests;
        lookup = new ModelLookup(runtime.models());
    }

    void tokenize(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        String text = fields.optionalString("prompt").or(() -> fields.optionalString("content"))
                .orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID, "prompt is required"));
        boolean special = fields.flag("add_special_tokens", fields.flag("add_special", true));
        int[] tokens = runtime.inference().tokenize(model(fields, exchange), text, special);
        List<String> notes = new ArrayList<>();
        requests.account(fields.ignored(), notes);
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("count", tokens.length);
        reply.put("tokens", tokens);
        Replies.send(exchange, Replies.JSON, reply, notes);
    }

    void detokenize(HttpExchange exchange) throws IOException {
        Fields fields = requests.read(exchange);
        int[] tokens = fields.list("tokens").stream().mapToInt(TokenCalls::token).toArray();
        String text = runtime.inference().detokenize(model(fields, exchange), tokens);
        List<String> notes = new ArrayList<>();
        requests.account(fields.ignored(), notes);
        Map<String, Object> reply = new LinkedHashMap<>();
        reply.put("prompt", text);
        reply.put("content", text);
        Replies.send(exchange, Replies.JSON, reply, notes);
    }

    private String model(Fields fields, HttpExchange exchange) {
        return lookup.find(fields.string("model"), exchange, ModelLookup.Route.CHAT).reference().name();
    }

    private static int token(Object value) {
        if (value instanceof Long id && id >= 0 && id <= Integer.MAX_VALUE) {
            return (int) (long) id;
        }
        throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "tokens has " + value + ", which is no token");
    }
}
