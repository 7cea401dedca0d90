package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.dialect.Identifiers;
import java.util.LinkedHashMap;
import java.util.Map;

/** Failures as clients of this dialect expect them. */
final class ErrorEnvelope {
    private ErrorEnvelope() {}

    static Map<String, Object> of(RuntimeFailure failure) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("type", switch (failure.code().status()) {
            case 400 -> "invalid_request_error";
            case 401 -> "authentication_error";
            case 403 -> "permission_error";
            case 404 -> "not_found_error";
            case 413 -> "request_too_large";
            case 429 -> "rate_limit_error";
            case 503, 529 -> "overloaded_error";
            default -> "api_error";
        });
        error.put("message", failure.getMessage());
        Map<String, Object> envelope = new LinkedHashMap<>();
        envelope.put("type", "error");
        envelope.put("error", error);
        envelope.put("request_id", Identifiers.next("req_"));
        return envelope;
    }
}
