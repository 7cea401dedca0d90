package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.RuntimeFailure;
import java.util.LinkedHashMap;
import java.util.Map;

/** Failures as clients of this dialect expect them. */
final class ErrorObject {
    private ErrorObject() {}

    static Map<String, Object> of(RuntimeFailure failure) {
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", failure.getMessage());
        error.put("type", switch (failure.code().status()) {
            case 400 -> "invalid_request_error";
            case 404 -> "not_found_error";
            default -> "api_error";
        });
        error.put("param", null);
        error.put("code", null);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("error", error);
        return body;
    }
}
