package dev.runtime.kernel.http;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.HttpHandler;
import dev.runtime.api.http.Route;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** An endpoint whose routes a test writes down; failures are {@code <code>: <message>} of type fake/error. */
public final class FakeEndpoint implements Endpoint {
    private final List<Route> routes = new ArrayList<>();

    public FakeEndpoint route(String method, String path, HttpHandler handler) {
        routes.add(new Route(method, path, handler));
        return this;
    }

    /** Adds a route that answers a text. */
    public FakeEndpoint text(String method, String path, String text) {
        return route(method, path, exchange -> exchange.send(200, "text/plain", text.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public List<Route> routes() {
        return routes;
    }

    @Override
    public ErrorBody error(RuntimeFailure failure) {
        return new ErrorBody(failure.code().status(), "fake/error", failure.code().code() + ": " + failure.getMessage());
    }
}
