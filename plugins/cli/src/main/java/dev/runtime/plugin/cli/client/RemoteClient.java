package dev.runtime.plugin.cli.client;

import dev.runtime.api.Cancellation;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
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
    public Card show(String model) {
        JsonNode reply = api.call("POST", "/api/show", Map.of("model", model));
        JsonNode info = reply.path("model_info");
        JsonNode details = reply.path("details");
        String architecture = info.path("general.architecture").asString(details.path("family").asString(""));
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("architecture", architecture);
        facts.put("parameters", details.path("parameter_size").asString(""));
        facts.put("context length", info.path(architecture + ".context_length").asString(""));
        facts.put("embedding length", info.path(architecture + ".embedding_length").asString(""));
        facts.put("quantization", details.path("quantization_level").asString(""));
        TreeSet<String> capabilities = new TreeSet<>();
        reply.path("capabilities").forEach(c -> capabilities.add(c.asString()));
        Map<String, String> sections = new LinkedHashMap<>();
        for (String section : List.of("license", "modelfile", "parameters", "template", "system")) {
            sections.put(section, reply.path(section).asString(""));
        }
        return new Card(facts, capabilities, sections);
    }

    @Override
    public void stop(String model) {
        api.call("POST", "/api/generate", Map.of("model", model, "keep_alive", 0));
    }

    @Override
    public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        api.lines(WireRequest.path(request), WireRequest.body(request), cancellation, chunk -> WireReply.events(chunk).forEach(events));
    }

    private static Instant time(JsonNode text) {
        try {
            return OffsetDateTime.parse(text.asString("")).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
