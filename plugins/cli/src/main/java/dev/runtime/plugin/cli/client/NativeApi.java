package dev.runtime.plugin.cli.client;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The native API of a server over HTTP.
 *
 * <p>All calls throw {@link RuntimeFailure}: with {@code model.not_found} for status 404, with {@code request.cancelled} after a
 * cancellation, with {@code upstream.failed} and the server's own words for all else.
 */
public record NativeApi(HostAddress address) {
    private static final int CONNECT_MILLIS = 2000;
    private static final int CHUNK = 1 << 16;

    /** Tells whether a server answers at the address. */
    public boolean alive() {
        try {
            HttpURLConnection connection = open("HEAD", "/");
            connection.setReadTimeout(CONNECT_MILLIS);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Calls a route that answers in one piece.
     *
     * @param body sent as JSON; empty for no body
     * @return the reply; a missing node where it has no body
     */
    public JsonNode call(String method, String path, Map<String, Object> body) {
        try {
            HttpURLConnection connection = open(method, path);
            try (InputStream in = send(connection, body)) {
                byte[] reply = in.readAllBytes();
                return reply.length == 0 ? JsonMapper.shared().missingNode() : JsonMapper.shared().readTree(reply);
            }
        } catch (IOException | JacksonException e) {
            throw failure(e);
        }
    }

    /**
     * Calls a route about an account.
     *
     * @return the reply; also that of a server on which nobody is signed in, which has an {@code error}
     */
    public JsonNode account(String path) {
        try {
            HttpURLConnection connection = open("POST", path);
            boolean signedOut = connection.getResponseCode() == HttpURLConnection.HTTP_UNAUTHORIZED;
            try (InputStream in = signedOut ? connection.getErrorStream() : reply(connection)) {
                byte[] reply = in.readAllBytes();
                return reply.length == 0 ? JsonMapper.shared().createObjectNode() : JsonMapper.shared().readTree(reply);
            }
        } catch (IOException | JacksonException e) {
            throw failure(e);
        }
    }

    /** Calls a route that answers with lines of JSON; a line with an error ends the call as a failure with its text. */
    public void lines(String path, Map<String, Object> body, Cancellation cancellation, Consumer<JsonNode> each) {
        HttpURLConnection connection = null;
        try {
            connection = open("POST", path);
            cancellation.onCancel(connection::disconnect);
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(send(connection, body), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    JsonNode chunk = JsonMapper.shared().readTree(line);
                    if (chunk.has("error")) {
                        throw new RuntimeFailure(ErrorCode.UPSTREAM_FAILED, chunk.get("error").asString());
                    }
                    each.accept(chunk);
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

    /** Calls a route that tells of its progress: pull, push, create. */
    public void transfer(String path, Map<String, Object> body, Cancellation cancellation, Consumer<TransferEvent> events) {
        lines(path, body, cancellation, chunk -> events.accept(new TransferEvent(chunk.path("status").asString(""),
                chunk.path("digest").asString(""), chunk.path("total").asLong(0), chunk.path("completed").asLong(0))));
    }

    /** Tells whether the server has a blob. */
    public boolean hasBlob(String digest) {
        try {
            return open("HEAD", "/api/blobs/" + digest).getResponseCode() == 200;
        } catch (IOException e) {
            throw failure(e);
        }
    }

    /**
     * Sends a file as a blob.
     *
     * @param sent told of the bytes sent so far
     */
    public void sendBlob(String digest, Path file, Cancellation cancellation, LongConsumer sent) {
        try {
            HttpURLConnection connection = open("POST", "/api/blobs/" + digest);
            cancellation.onCancel(connection::disconnect);
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/octet-stream");
            connection.setFixedLengthStreamingMode(Files.size(file));
            try (InputStream in = Files.newInputStream(file); OutputStream out = connection.getOutputStream()) {
                byte[] chunk = new byte[CHUNK];
                long all = 0;
                for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                    out.write(chunk, 0, n);
                    all += n;
                    sent.accept(all);
                }
            }
            reply(connection).close();
        } catch (IOException e) {
            cancellation.check();
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
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            connection.setRequestProperty("Content-Type", "application/json");
            JsonMapper.shared().writeValue(connection.getOutputStream(), body);
        }
        return reply(connection);
    }

    private static InputStream reply(HttpURLConnection connection) throws IOException {
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
}
