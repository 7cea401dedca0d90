package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.ExtensionContext;
import dev.runtime.api.LocalRuntime;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.Route;
import dev.runtime.plugin.dialect.JsonText;
import dev.runtime.plugin.dialect.RequestReader;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/** The routes of the Ollama dialect. */
public final class OllamaEndpoint implements Endpoint {
    /** The media type of replies in one piece. */
    static final String JSON = "application/json; charset=utf-8";
    /** Clients compare this text, two blanks included. */
    private static final String BUSY = "server busy, please try again.  maximum pending requests exceeded";

    private final InstantSource clock;
    private LocalRuntime runtime;

    /** Creates the endpoint. */
    public OllamaEndpoint() {
        this(InstantSource.system());
    }

    OllamaEndpoint(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "ollama";
    }

    @Override
    public void start(ExtensionContext context) {
        runtime = context.runtime();
    }

    @Override
    public List<Route> routes() {
        RequestReader requests = new RequestReader(runtime.settings(), "missing request body");
        ListCalls lists = new ListCalls(runtime, clock);
        CloudCalls cloud = new CloudCalls(runtime.settings(), requests);
        LibraryCalls library = new LibraryCalls(runtime, requests);
        return List.of(
                new Route("GET", "/", lists::alive),
                new Route("HEAD", "/", lists::alive),
                new Route("GET", "/api/version", lists::version),
                new Route("HEAD", "/api/version", lists::version),
                new Route("GET", "/api/status", lists::status),
                new Route("GET", "/api/tags", lists::tags),
                new Route("HEAD", "/api/tags", lists::tags),
                new Route("GET", "/api/ps", lists::ps),
                new Route("POST", "/api/pull", TransferCall.pull(runtime, requests)),
                new Route("POST", "/api/push", TransferCall.push(runtime, requests)),
                new Route("POST", "/api/copy", library::copy),
                new Route("DELETE", "/api/delete", library::delete),
                new Route("HEAD", "/api/blobs/{digest}", library::hasBlob),
                new Route("POST", "/api/blobs/{digest}", library::addBlob),
                new Route("POST", "/api/show", new ShowCall(runtime, requests)),
                new Route("POST", "/api/create", new CreateCall(runtime, requests)),
                new Route("POST", "/api/generate", new GenerateCall(runtime, requests, clock)),
                new Route("POST", "/api/chat", new ChatCall(runtime, requests, clock)),
                new Route("POST", "/api/embed", new EmbedCall(runtime, requests, false)),
                new Route("POST", "/api/embeddings", new EmbedCall(runtime, requests, true)),
                new Route("POST", "/api/me", cloud::me),
                new Route("POST", "/api/signout", cloud::signOut),
                new Route("POST", "/api/experimental/web_search", cloud::search),
                new Route("POST", "/api/experimental/web_fetch", cloud::fetch),
                new Route("GET", "/api/experimental/model-recommendations", cloud::recommendations));
    }

    @Override
    public ErrorBody error(RuntimeFailure failure) {
        String message = failure.code() == ErrorCode.SERVER_BUSY ? BUSY : failure.getMessage();
        return new ErrorBody(failure.code().status(), JSON, JsonText.text(Map.of("error", message)));
    }
}
