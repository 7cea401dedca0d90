package dev.runtime.plugin.dialect.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.http.Endpoint;
import dev.runtime.api.http.Route;
import dev.runtime.api.model.Capability;
import dev.runtime.api.testkit.FakeModels;
import dev.runtime.api.testkit.FakeRuntime;
import dev.runtime.api.testkit.FakeSettings;
import dev.runtime.api.testkit.MemoryExchange;
import dev.runtime.api.testkit.ScriptedInference;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs a fixture against an endpoint and compares what came out. */
public final class FixtureRun {
    private FixtureRun() {}

    /**
     * Returns the models that fixtures speak of: {@code test} (tools), {@code plain}, {@code think}, {@code insert}, {@code bert},
     * {@code picture}.
     */
    public static FakeModels store() {
        return new FakeModels()
                .with("test", Capability.COMPLETION, Capability.TOOLS)
                .with("plain", Capability.COMPLETION)
                .with("think", Capability.COMPLETION, Capability.TOOLS, Capability.THINKING)
                .with("insert", Capability.COMPLETION, Capability.INSERT)
                .with("bert", Capability.EMBEDDING)
                .with("picture", Capability.IMAGE);
    }

    /** Starts the endpoint, sends the request, and checks the reply and what the engine was asked for. */
    public static void run(Fixture fixture, Endpoint endpoint, FakeModels models, ScriptedInference inference) throws Exception {
        endpoint.start(new FakeRuntime(models, inference, new FakeSettings(Map.of("server.strict", String.valueOf(fixture.has("strict"))))));
        MemoryExchange exchange = fixture.exchange();
        try {
            route(endpoint, exchange).handler().handle(exchange);
        } catch (RuntimeFailure e) {
            assertFalse(exchange.replied(), "a failure escaped after the reply began: " + e);
            var body = endpoint.error(e);
            exchange.send(body.status(), body.contentType(), body.body().getBytes(StandardCharsets.UTF_8));
        }
        check(fixture, new Reply(exchange.status(), exchange.contentType(), exchange.replyHeaders(), exchange.text(), exchange.flushed()),
                inference.asked().stream().map(AskedFacts::of).toList());
    }

    /**
     * What came out, wherever it was asked for.
     *
     * @param contentType the media type as it was sent
     * @param headers by lower-case name
     * @param flushed the parts that came one by one, of a reply that was streamed
     */
    public record Reply(int status, String contentType, Map<String, String> headers, String text, List<String> flushed) {}

    /**
     * Compares a reply, and what the engine was asked for, with a fixture.
     *
     * @param asked facts as {@link AskedFacts} gives them
     */
    public static void check(Fixture fixture, Reply reply, List<?> asked) {
        check(Fixture.object(fixture.value("reply")), reply);
        if (fixture.has("asked")) {
            assertEquals(Fixture.list(fixture.value("asked")).size(), asked.size(), asked.toString());
            holds("asked", fixture.value("asked"), asked);
        }
    }

    private static Route route(Endpoint endpoint, MemoryExchange exchange) {
        for (Route route : endpoint.routes()) {
            Matcher path = Pattern.compile(route.path().replaceAll("\\{\\w+\\*}", "(.+)").replaceAll("\\{\\w+}", "([^/]+)"))
                    .matcher(exchange.path());
            if (route.method().equals(exchange.method()) && path.matches()) {
                Matcher name = Pattern.compile("\\{(\\w+)\\*?}").matcher(route.path());
                for (int i = 1; name.find(); i++) {
                    exchange.withParameter(name.group(1), path.group(i));
                }
                return route;
            }
        }
        throw new IllegalArgumentException("no route for " + exchange.method() + " " + exchange.path());
    }

    private static void check(Map<String, Object> expected, Reply actual) {
        assertEquals(expected.getOrDefault("status", 200L), (long) actual.status(), actual.text());
        if (actual.status() == 200) {
            assertFalse(expected.containsKey("error"), actual.text());
        }
        expected.forEach((key, value) -> {
            switch (key) {
                case "status" -> { }
                case "type" -> assertEquals(value, actual.contentType());
                case "text" -> assertEquals(value, actual.text());
                case "contains" -> Fixture.list(value).forEach(part -> assertTrue(actual.text().contains((String) part), actual.text()));
                case "lacks" -> Fixture.list(value).forEach(part -> assertFalse(actual.text().contains((String) part), actual.text()));
                case "json" -> same("reply", value, json(actual.text()));
                case "has" -> holds("reply", value, json(actual.text()));
                case "lines" -> {
                    assertTrue(actual.text().endsWith("\n"), actual.text());
                    same("reply", value, actual.text().lines().map(FixtureRun::json).toList());
                    assertEquals(Fixture.list(value).size(), actual.flushed().size(), "one flush a line");
                }
                case "events" -> {
                    same("reply", value, actual.flushed().stream().map(FixtureRun::event).toList());
                    assertEquals(String.join("", actual.flushed()), actual.text(), "one flush an event");
                    oneReply(actual.flushed().stream().map(FixtureRun::event).toList());
                }
                case "error" -> assertEquals(value, message(actual));
                case "errorContains" -> assertTrue(message(actual).contains((String) value), actual.text());
                case "headers" -> Fixture.object(value).forEach((name, text) -> assertEquals(text, actual.headers().get(name)));
                default -> throw new IllegalArgumentException("fixture with an unknown expectation " + key);
            }
        });
    }

    /** The chunks of a stream are of one reply, which began once. */
    private static void oneReply(List<Object> events) {
        List<Map<?, ?>> chunks = events.stream().filter(each -> each instanceof Map<?, ?> map && map.containsKey("object")).<Map<?, ?>>map(each -> (Map<?, ?>) each).toList();
        chunks.forEach(each -> {
            assertEquals(chunks.getFirst().get("id"), each.get("id"));
            assertEquals(chunks.getFirst().get("created"), each.get("created"));
        });
    }

    /** The message of a failure, which is all of it or a part. */
    private static String message(Reply actual) {
        Object error = Fixture.object(json(actual.text())).get("error");
        return String.valueOf(error instanceof Map<?, ?> parts ? parts.get("message") : error);
    }

    /** The data of an event; if it has a name, an object of the name and the data. */
    private static Object event(String flushed) {
        assertTrue(flushed.endsWith("\n\n"), flushed);
        List<String> lines = flushed.substring(0, flushed.length() - 2).lines().toList();
        String data = lines.getLast();
        assertTrue(data.startsWith("data: "), flushed);
        data = data.substring("data: ".length());
        Object value = data.equals("[DONE]") ? data : json(data);
        if (lines.size() == 1) {
            return value;
        }
        assertEquals(2, lines.size(), flushed);
        assertTrue(lines.getFirst().startsWith("event: "), flushed);
        Map<String, Object> named = new LinkedHashMap<>();
        named.put(lines.getFirst().substring("event: ".length()), value);
        return named;
    }

    private static Object json(String text) {
        return Fixture.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Equal, but for texts that stand for a form: {@code @call-id}, and {@code @~} with a regular expression. */
    private static void same(String at, Object expected, Object actual) {
        if (expected instanceof Map<?, ?> map && actual instanceof Map<?, ?> other) {
            assertEquals(List.copyOf(map.keySet()), List.copyOf(other.keySet()), at);
            map.forEach((key, value) -> same(at + "." + key, value, other.get(key)));
        } else if (expected instanceof List<?> list && actual instanceof List<?> other) {
            assertEquals(list.size(), other.size(), at + ": " + other);
            for (int i = 0; i < list.size(); i++) {
                same(at + "[" + i + "]", list.get(i), other.get(i));
            }
        } else if (expected instanceof String text && text.startsWith("@")) {
            String form = text.equals("@call-id") ? "call_[a-z0-9]{8}" : text.substring(2);
            assertTrue(Pattern.matches(form, String.valueOf(actual)), at + ": " + actual);
        } else {
            assertEquals(expected, actual, at);
        }
    }

    /** Everything expected is there; there may be more. */
    private static void holds(String at, Object expected, Object actual) {
        if (expected != null) {
            assertNotNull(actual, at);
        }
        if (expected instanceof Map<?, ?> map) {
            map.forEach((key, value) -> holds(at + "." + key, value, ((Map<?, ?>) actual).get(key)));
        } else if (expected instanceof List<?> list && !list.isEmpty() && list.getFirst() instanceof Map<?, ?>) {
            assertEquals(list.size(), ((List<?>) actual).size(), at + ": " + actual);
            for (int i = 0; i < list.size(); i++) {
                holds(at + "[" + i + "]", list.get(i), ((List<?>) actual).get(i));
            }
        } else {
            same(at, expected, actual);
        }
    }
}
