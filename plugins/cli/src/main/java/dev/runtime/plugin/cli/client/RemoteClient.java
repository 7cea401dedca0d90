package dev.runtime.plugin.cli.client;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Answers from a server. */
public record RemoteClient(NativeApi api) implements ModelClient {
    @Override
    public String place() {
        return "the server at " + api.address().uri("");
    }

    @Override
    public List<Stored> list() {
        List<Stored> models = new ArrayList<>();
        for (JsonNode m : api.call("GET", "/api/tags", Map.of()).path("models")) {
            models.add(new Stored(m.path("name").asString(), m.path("digest").asString(), m.path("size").asLong(), time(m.path("modified_at"))));
        }
        return models;
    }

    @Override
    public List<Running> running() {
        List<Running> models = new ArrayList<>();
        for (JsonNode m : api.call("GET", "/api/ps", Map.of()).path("models")) {
            models.add(new Running(m.path("name").asString(), m.path("digest").asString(), m.path("size").asLong(),
                    m.path("size_vram").asLong(), m.path("context_length").asInt(), time(m.path("expires_at"))));
        }
        return models;
    }

    @Override
    public Profile profile(String model) {
        JsonNode reply = api.call("POST", "/api/show", Map.of("model", model));
        TreeSet<String> capabilities = new TreeSet<>();
        reply.path("capabilities").forEach(c -> capabilities.add(c.asString()));
        List<Message> messages = new ArrayList<>();
        reply.path("messages").forEach(m -> messages.add(Message.of(m.path("role").asString(""), m.path("content").asString(""))));
        return new Profile(capabilities, messages);
    }

    @Override
    public void stop(String model) {
        api.call("POST", "/api/generate", Map.of("model", model, "keep_alive", 0));
    }

    @Override
    public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        api.lines(WireRequest.path(request), WireRequest.body(request), cancellation, chunk -> WireReply.events(chunk).forEach(events));
    }

    @Override
    public void load(GenerateRequest request, Cancellation cancellation) {
        GenerateRequest empty = new GenerateRequest(request.model(), new Prompt.Raw("", List.of()), request.options(), new OutputFormat.Free(),
                request.thinking(), request.keepAlive(), true, true, -1, false);
        api.lines("/api/generate", WireRequest.body(empty), cancellation, chunk -> { });
    }

    @Override
    public List<float[]> embed(EmbedRequest request, Cancellation cancellation) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("model", request.model());
        body.put("input", request.inputs());
        body.put("truncate", request.truncate());
        body.put("dimensions", request.dimensions());
        WireRequest.keepAlive(request.keepAlive(), body);
        List<float[]> vectors = new ArrayList<>();
        for (JsonNode vector : api.call("POST", "/api/embed", body).path("embeddings")) {
            float[] numbers = new float[vector.size()];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = vector.get(i).floatValue();
            }
            vectors.add(numbers);
        }
        return vectors;
    }

    private static Instant time(JsonNode text) {
        try {
            return OffsetDateTime.parse(text.asString("")).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
