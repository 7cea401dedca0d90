package dev.runtime.kernel.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.http.Route;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingTableTests {
    private final InUse endpoint = new InUse(new FakeEndpoint());
    private final RoutingTable table = new RoutingTable();

    RoutingTableTests() {
        for (String route : List.of("GET /", "HEAD /", "GET /api/tags", "POST /api/tags", "GET /v1/models", "GET /v1/models/{model}",
                "GET /v1/models/special", "DELETE /v1/{kind}/{id}", "HEAD /api/blobs/{digest}", "GET /ui/{file*}", "GET /ui/{page}/edit",
                "GET /ui/about")) {
            String[] words = route.split(" ");
            table.add(target(words[0], words[1]));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "GET | / | / | {}",
        "GET | /api/tags | /api/tags | {}",
        "GET | /v1/models/llm:7b | /v1/models/{model} | {model=llm:7b}",
        "GET | /v1/models/special | /v1/models/special | {}",
        "DELETE | /v1/files/7 | /v1/{kind}/{id} | {id=7, kind=files}",
        "DELETE | /v1/models/special | /v1/{kind}/{id} | {id=special, kind=models}",
        "HEAD | /api/blobs/sha256:0 | /api/blobs/{digest} | {digest=sha256:0}",
        "GET | /ui/ | /ui/{file*} | {file=}",
        "GET | /ui/a | /ui/{file*} | {file=a}",
        "GET | /ui/a/b/c.js | /ui/{file*} | {file=a/b/c.js}",
        "GET | /ui/x/edit | /ui/{page}/edit | {page=x}",
        "GET | /ui/x/edit/y | /ui/{file*} | {file=x/edit/y}",
        "GET | /ui/about | /ui/about | {}",
        "GET | /ui/about/us | /ui/{file*} | {file=about/us}"})
    void findsTheMostSpecificRoute(String method, String path, String route, String parameters) {
        RoutingTable.Match match = table.find(method, path).orElseThrow();
        assertEquals(route, match.target().route().path());
        assertEquals(method, match.target().route().method());
        assertEquals(parameters, new TreeMap<>(match.parameters()).toString());
    }

    @ParameterizedTest
    @CsvSource({"GET, /api", "GET, /api/tags/", "GET, /v1/models/", "GET, /v1/models/a/b", "HEAD, /api/tags", "PUT, /", "GET, /ui", "GET, /API/tags",
        "HEAD, /api/blobs/"})
    void findsNothingElse(String method, String path) {
        assertTrue(table.find(method, path).isEmpty());
    }

    @Test
    void tellsTheMethodsOfAPath() {
        assertEquals(List.of("GET", "POST"), table.methods("/api/tags"));
        assertEquals(List.of("DELETE", "GET"), table.methods("/v1/models/a"));
        assertEquals(List.of(), table.methods("/nothing"));
    }

    @Test
    void theFirstOfTwoEqualRoutesStays() {
        RoutingTable.Target first = target("GET", "/x/{a}");
        assertTrue(table.add(first).isEmpty());
        assertEquals(first, table.add(target("GET", "/x/{b}")).orElseThrow());
        assertEquals(Map.of("a", "1"), table.find("GET", "/x/1").orElseThrow().parameters());
    }

    private RoutingTable.Target target(String method, String path) {
        return new RoutingTable.Target(new Route(method, path, _ -> { }), endpoint);
    }
}
