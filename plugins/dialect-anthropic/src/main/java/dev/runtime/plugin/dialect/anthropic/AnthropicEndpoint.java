package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.ExtensionContext;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.Route;
import dev.runtime.plugin.dialect.JsonText;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.util.List;

/** The routes of the Anthropic dialect. */
public final class AnthropicEndpoint implements Endpoint {
    private LocalRuntime runtime;

    /** Creates the endpoint. */
    public AnthropicEndpoint() {}

    @Override
    public String name() {
        return "anthropic";
    }

    @Override
    public void start(ExtensionContext context) {
        runtime = context.runtime();
    }

    @Override
    public List<Route> routes() {
        RequestReader requests = new RequestReader(runtime.settings(), "EOF", true);
        return List.of(
                new Route("POST", "/v1/messages", new MessagesCall(runtime, requests)),
                new Route("POST", "/v1/messages/count_tokens", new CountCall(runtime, requests)));
    }

    @Override
    public ErrorBody error(RuntimeFailure failure) {
        return new ErrorBody(failure.code().status(), Replies.JSON, JsonText.text(ErrorEnvelope.of(failure)));
    }
}
