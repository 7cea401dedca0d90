package dev.runtime.plugin.cli;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Answers from a server over its native HTTP API. */
record RemoteClient(HostAddress address) implements ModelClient {
    private static final int CONNECT_MILLIS = 2000;

    /** Tells whether a server answers at the address. */
    boolean alive() {
        try {
            HttpURLConnection connection = open("HEAD", "/");
            connection.setReadTimeout(CONNECT_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String place() {
        return "the server at " + address.uri("");
    }

    @Override
    public List<Stored> list() {
        List<Stored> models = new ArrayList<>();
        for (JsonNode m : call("GET", "/api/tags", null).path("models")) {
            models.add(new Stored(m.path("name").asString(), m.path("digest").asString(), m.path("size").asLong(), time(m.path("modified_at"))));
        }
        return models;
    }

    @Override
    public List<Running> running() {
        List<Running> models = new ArrayList<>();
        for (JsonNode m : call("GET", "/api/ps", null).path("models")) {
            models.add(new Running(m.path("name").asString(), m.path("digest").asString(), m.path("size").asLong(),
                    m.path("size_vram").asLong(), m.path("context_length").asInt(), time(m.path("expires_at"))));
        }
        return models;
    }

    @Override
    public Card show(String model) {
        JsonNode reply = call("POST", "/api/show", Map.of("model", model));
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
        call("POST", "/api/generate", Map.of("model", model, "keep_alive", 0));
    }

    @Override
    public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
        HttpURLConnection connection = null;
        try {
            connection = open("POST", WireRequest.path(request));
            cancellation.onCancel(connection::disconnect);
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(send(connection, WireRequest.body(request)), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    JsonNode chunk = JsonMapper.shared().readTree(line);
                    if (chunk.has("error")) {
                        throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, chunk.get("error").asString());
                    }
                    WireReply.events(chunk).forEach(events);
                }
            }
        } catch (IOException | JacksonException e) {
            cancellation.check();
            throw failure(e);
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }

    private JsonNode call(String method, String path, Map<String, Object> body) {
        try {
            HttpURLConnection connection = open(method, path);
            try (InputStream in = send(connection, body)) {
                return JsonMapper.shared().readTree(in);
            }
        } catch (IOException | JacksonException e) {
            throw failure(e);
        }
    }

    private HttpURLConnection open(String method, String path) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) address.uri(path).toURL().openConnection();
        connection.setConnectTimeout(CONNECT_MILLIS);
        connection.setRequestMethod(method);
        connection.setUseCaches(false);
        return connection;
    }

    private static InputStream send(HttpURLConnection connection, Map<String, Object> body) throws IOException {
        if (body != null) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            JsonMapper.shared().writeValue(connection.getOutputStream(), body);
        }
        int status = connection.getResponseCode();
        if (status < 400) {
            return connection.getInputStream();
        }
        String text = "";
        if (connection.getErrorStream() != null) {
            try (InputStream error = connection.getErrorStream()) {
                text = new String(error.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
        throw new RuntimeFailure(status == 404 ? ErrorCode.MODEL_NOT_FOUND : ErrorCode.UPSTREAM_FAILED, message(text, status));
    }

    private static String message(String text, int status) {
        try {
            JsonNode error = JsonMapper.shared().readTree(text).path("error");
            return error.isString() ? error.asString() : text;
        } catch (JacksonException e) {
            return text.isBlank() ? "the server answered with status " + status : text.strip();
        }
    }

    private RuntimeFailure failure(Exception e) {
        String why = e instanceof ConnectException ? "nothing listens there; start it with 'runtime serve'" : String.valueOf(e.getMessage());
        return new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, "the server at " + address.uri("") + " cannot be used: " + why, e);
    }

    private static Instant time(JsonNode text) {
        try {
            return OffsetDateTime.parse(text.asString("")).toInstant();
        } catch (DateTimeParseException e) {
            return Instant.EPOCH;
        }
    }
}
