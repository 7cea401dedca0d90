package org.example.hello;

import dev.runtime.api.ExtensionContext;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.HttpExchange;
import dev.runtime.api.http.Route;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.jsoup.Jsoup;

/** Greets, and tells which version of its library it was given. */
public final class HelloEndpoint implements Endpoint {
    private String path;
    private String runtimeVersion;

    @Override
    public void start(ExtensionContext context) throws IOException {
        path = properties(HelloEndpoint.class, "hello.properties").getProperty("path");
        runtimeVersion = context.runtime().version();
    }

    @Override
    public String name() {
        return "hello";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route("GET", path, this::greet));
    }

    @Override
    public ErrorBody error(RuntimeFailure failure) {
        return new ErrorBody(failure.code().status(), "text/plain", failure.getMessage());
    }

    private void greet(HttpExchange exchange) throws IOException {
        String version = properties(Jsoup.class, "/META-INF/maven/org.jsoup/jsoup/pom.properties").getProperty("version");
        String text = Jsoup.parse(exchange.query("name").orElse("<b>world</b>")).text();
        exchange.send(200, "text/plain", ("Hello " + text + " from runtime " + runtimeVersion + " with library " + version)
                .getBytes(StandardCharsets.UTF_8));
    }

    private static Properties properties(Class<?> beside, String name) throws IOException {
        Properties properties = new Properties();
        try (InputStream in = beside.getResourceAsStream(name)) {
            properties.load(in);
        }
        return properties;
    }
}
