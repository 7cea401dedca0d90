package org.example.stage;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.Route;
import dev.runtime.plugin.dialect.JsonText;
import dev.runtime.plugin.dialect.Replies;
import dev.runtime.plugin.dialect.testkit.AskedFacts;
import dev.runtime.plugin.dialect.testkit.Fixture;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** POST sets what the engine does next, GET tells what it was asked for since. */
public final class StageEndpoint implements Endpoint {
    @Override
    public String name() {
        return "stage";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route("POST", "/stage", StageEndpoint::set), new Route("GET", "/stage", StageEndpoint::asked));
    }

    @Override
    public ErrorBody error(RuntimeFailure failure) {
        return new ErrorBody(failure.code().status(), "text/plain", failure.getMessage());
    }

    private static void set(HttpExchange exchange) throws IOException {
        Stage.set(new Fixture("", Fixture.object(Fixture.read(exchange.body()))));
        exchange.send(200, "text/plain", "set".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    private static void asked(HttpExchange exchange) throws IOException {
        exchange.send(200, Replies.JSON, JsonText.write(Map.of("asked", Stage.engine().asked().stream().map(AskedFacts::of).toList())));
    }
}
