package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ExtensionContext;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.Route;
import dev.runtime.plugin.dialect.JsonText;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.RequestReader;
import java.time.InstantSource;
import java.util.List;

/** The routes of the OpenAI dialect. */
public final class OpenAiEndpoint implements Endpoint {
    private final InstantSource clock;
    private LocalRuntime runtime;

    /** Creates the endpoint. */
    public OpenAiEndpoint() {
        this(InstantSource.system());
    }

    OpenAiEndpoint(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "openai";
    }

    @Override
    public void start(ExtensionContext context) {
        runtime = context.runtime();
    }

    @Override
    public List<Route> routes() {
        RequestReader requests = new RequestReader(runtime.settings(), "EOF", true);
        ModelCalls models = new ModelCalls(runtime);
        StoredResponses stored = new StoredResponses();
        TokenCalls tokens = new TokenCalls(runtime, requests);
        RerankCall rerank = new RerankCall(runtime, requests);
        return List.of(
                new Route("POST", "/v1/chat/completions", new ChatCall(runtime, requests, clock)),
                new Route("POST", "/v1/completions", new CompletionCall(runtime, requests, clock)),
                new Route("POST", "/v1/responses", new ResponsesCall(runtime, requests, clock, stored)),
                new Route("GET", "/v1/responses/{id}", stored::retrieve),
                new Route("GET", "/v1/responses/{id}/input_items", stored::inputItems),
                new Route("DELETE", "/v1/responses/{id}", stored::delete),
                new Route("POST", "/v1/embeddings", new EmbeddingsCall(runtime, requests)),
                new Route("POST", "/v1/rerank", rerank),
                new Route("POST", "/rerank", rerank),
                new Route("POST", "/v1/tokenize", tokens::tokenize),
                new Route("POST", "/tokenize", tokens::tokenize),
                new Route("POST", "/v1/detokenize", tokens::detokenize),
                new Route("POST", "/detokenize", tokens::detokenize),
                new Route("GET", "/v1/models", models::list),
                new Route("GET", "/v1/models/{model*}", models::retrieve));
    }

    @Override
    public ErrorBody error(RuntimeFailure failure) {
        return new ErrorBody(failure.code().status(), Replies.JSON, JsonText.text(ErrorObject.of(failure)));
    }
}
