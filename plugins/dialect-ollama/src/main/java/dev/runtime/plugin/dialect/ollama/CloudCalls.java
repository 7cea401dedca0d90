package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.config.Settings;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * The routes of an account and of services in a cloud. There are none behind this server: each answers as the reference does when
 * nobody is signed in, or where the cloud is switched off, which clients understand.
 */
final class CloudCalls {
    private final Settings settings;
    private final RequestReader requests;

    CloudCalls(Settings settings, RequestReader requests) {
        this.settings = settings;
        this.requests = requests;
    }

    void me(HttpExchange exchange) {
        throw new RuntimeFailure(ErrorCode.UNAUTHORIZED, "unauthorized");
    }

    void signOut(HttpExchange exchange) {
        throw new RuntimeFailure(ErrorCode.UNAUTHORIZED, "you are not currently signed in");
    }

    void recommendations(HttpExchange exchange) throws IOException {
        Replies.send(exchange, OllamaEndpoint.JSON, Map.of("recommendations", List.of()));
    }

    void search(HttpExchange exchange) throws IOException {
        refuse(exchange, "web search");
    }

    void fetch(HttpExchange exchange) throws IOException {
        refuse(exchange, "web fetch");
    }

    private void refuse(HttpExchange exchange, String service) throws IOException {
        requests.read(exchange);
        if (!settings.flag(CloudKeys.NO_CLOUD)) {
            throw new RuntimeFailure(ErrorCode.UNAUTHORIZED, "unauthorized");
        }
        throw new RuntimeFailure(ErrorCode.FORBIDDEN, "ollama cloud is disabled: " + service + " is unavailable");
    }
}
