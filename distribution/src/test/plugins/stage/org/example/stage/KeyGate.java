package org.example.stage;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.http.RequestFilter;

/** Knows three keys by name: one is revoked, one may not do anything, one has used up its quota. All others pass. */
public final class KeyGate implements RequestFilter {
    @Override
    public int order() {
        return 0;
    }

    @Override
    public void filter(HttpExchange exchange, HttpHandler next) throws Exception {
        String key = exchange.header("x-api-key").or(() -> exchange.header("authorization").map(value -> value.replaceFirst("^Bearer ", ""))).orElse("");
        switch (key) {
            case "revoked" -> throw new RuntimeFailure(ErrorCode.UNAUTHORIZED, "this key was revoked");
            case "barred" -> throw new RuntimeFailure(ErrorCode.FORBIDDEN, "this key may not do that");
            case "spent" -> {
                exchange.replyHeader("Retry-After", "7");
                throw new RuntimeFailure(ErrorCode.QUOTA_EXCEEDED, "the quota of this key is used up");
            }
            default -> next.handle(exchange);
        }
    }
}
