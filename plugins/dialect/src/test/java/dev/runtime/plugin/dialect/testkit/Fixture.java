package dev.runtime.plugin.dialect.testkit;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Logprob;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.testkit.MemoryExchange;
import dev.runtime.plugin.dialect.JsonText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One case of a file under {@code src/test/resources/fixtures}, whose {@code README.md} says what the keys mean.
 *
 * @param file the file's name
 * @param values the case
 */
public record Fixture(String file, Map<String, Object> values) {
    private static final List<String> KEYS = List.of("name", "request", "body", "text", "headers", "from", "strict", "store", "script",
            "failure", "loaded", "reply", "asked");

    /** Reads all cases of the module under test. */
    public static List<Fixture> readAll() throws IOException {
        return readAll(Path.of("src/test/resources/fixtures"));
    }

    /** Reads all cases of a folder. */
    public static List<Fixture> readAll(Path folder) throws IOException {
        List<Fixture> all = new ArrayList<>();
        try (var files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                for (Object each : list(read(Files.newInputStream(file)))) {
                    Fixture fixture = new Fixture(file.getFileName().toString(), object(each));
                    if (!KEYS.containsAll(fixture.values.keySet()) || !fixture.values.containsKey("reply")) {
                        throw new IllegalArgumentException("fixture with other keys in " + file + ": " + fixture.values.keySet());
                    }
                    all.add(fixture);
                }
            }
        }
        return all;
    }

    /** Reads JSON as plain values. */
    public static Object read(InputStream json) {
        try (json) {
            return JsonText.read(json).orElseThrow().plain();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns what reports call the case. */
    public String title() {
        return file + ": " + text("name", "");
    }

    /** Tells whether a key is there. */
    public boolean has(String key) {
        return values.containsKey(key);
    }

    /** Returns the value of a key, null if missing. */
    public Object value(String key) {
        return values.get(key);
    }

    /** Returns the text of a key. */
    public String text(String key, String orElse) {
        return (String) values.getOrDefault(key, orElse);
    }

    /** Returns the request. */
    public MemoryExchange exchange() {
        String[] request = text("request", "").split(" ");
        String body = has("body") ? JsonText.text(values.get("body")) : text("text", "");
        int query = request[1].indexOf('?');
        String path = query < 0 ? request[1] : request[1].substring(0, query);
        MemoryExchange exchange = new MemoryExchange(request[0], path, body).from(text("from", "127.0.0.1"));
        object(values.getOrDefault("headers", Map.of())).forEach((name, value) -> exchange.with(name, (String) value));
        return exchange;
    }

    /** Returns the engine's events. */
    public List<GenerationEvent> script() {
        return list(values.getOrDefault("script", List.of())).stream().map(each -> event(object(each))).toList();
    }

    /** Returns how the engine fails after the events. */
    public RuntimeFailure failure() {
        Map<String, Object> failure = object(values.get("failure"));
        ErrorCode code = Arrays.stream(ErrorCode.values()).filter(c -> c.code().equals(failure.get("code"))).findFirst().orElseThrow();
        return new RuntimeFailure(code, (String) failure.get("message"));
    }

    private static GenerationEvent event(Map<String, Object> map) {
        return switch (map.keySet().iterator().next()) {
            case "started" -> new GenerationEvent.Started("test:latest", (int) number(map, "started"), (int) number(map, "cached"));
            case "content" -> new GenerationEvent.Content((String) map.get("content"), logprobs(map));
            case "thought" -> new GenerationEvent.Thought((String) map.get("thought"), logprobs(map));
            case "rendered" -> new GenerationEvent.Rendered((String) map.get("rendered"), (int) number(map, "images"));
            case "call" -> {
                Map<String, Object> call = object(map.get("call"));
                yield new GenerationEvent.Called(new ToolCall((String) call.get("id"), (int) number(call, "index"), (String) call.get("name"),
                        object(call.get("arguments"))));
            }
            case "done" -> new GenerationEvent.Done(FinishReason.valueOf((String) map.get("done")), usage(map),
                    list(map.getOrDefault("notes", List.of())).stream().map(String.class::cast).toList(),
                    list(map.getOrDefault("context", List.of())).stream().mapToInt(n -> ((Long) n).intValue()).toArray());
            default -> throw new IllegalArgumentException("no event: " + map);
        };
    }

    private static Usage usage(Map<String, Object> map) {
        return new Usage((int) number(map, "prompt"), (int) number(map, "cached"), (int) number(map, "output"),
                Duration.ofNanos(number(map, "total")), Duration.ofNanos(number(map, "load")), Duration.ofNanos(number(map, "queued")),
                Duration.ofNanos(number(map, "promptTime")), Duration.ofNanos(number(map, "outputTime")));
    }

    private static List<Logprob> logprobs(Map<String, Object> map) {
        return list(map.getOrDefault("logprobs", List.of())).stream().map(each -> {
            Map<String, Object> entry = object(each);
            String token = (String) entry.get("token");
            return new Logprob(token, token.getBytes(StandardCharsets.UTF_8), (Double) entry.get("logprob"),
                    logprobs(Map.of("logprobs", entry.getOrDefault("top", List.of()))));
        }).toList();
    }

    private static long number(Map<String, Object> map, String name) {
        return (Long) map.getOrDefault(name, 0L);
    }

    /** Casts. */
    public static List<?> list(Object value) {
        return (List<?>) value;
    }

    /** Casts. */
    @SuppressWarnings("unchecked")
    public static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }
}
