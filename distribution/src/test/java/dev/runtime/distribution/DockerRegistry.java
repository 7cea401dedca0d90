package dev.runtime.distribution;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A real container registry on this machine, with its storage in a folder of the test. */
final class DockerRegistry implements AutoCloseable {
    private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
    private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";

    private final Path storage;
    private final Process process;
    private final int port;
    private final HttpClient http = HttpClient.newHttpClient();

    /** Starts it; the test skips where it is not installed. */
    static DockerRegistry start(Path folder) throws IOException {
        assumeTrue(Image.onPath("docker-registry"), "docker-registry is not installed");
        return new DockerRegistry(folder);
    }

    private DockerRegistry(Path folder) throws IOException {
        storage = Files.createDirectories(folder.resolve("storage"));
        Path config = Files.writeString(folder.resolve("config.yml"), "version: 0.1\nstorage:\n  filesystem:\n    rootdirectory: " + storage
                + "\nhttp:\n  addr: 127.0.0.1:0\n");
        process = new ProcessBuilder("docker-registry", "serve", config.toString()).redirectErrorStream(true).start();
        CompletableFuture<Integer> listening = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (BufferedReader lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    Matcher matcher = LISTENING.matcher(line);
                    if (matcher.find()) {
                        listening.complete(Integer.valueOf(matcher.group(1)));
                    }
                }
            } catch (IOException e) {
                listening.completeExceptionally(e);
            }
        });
        try {
            port = listening.get(60, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IllegalStateException("docker-registry does not listen", e);
        }
    }

    int port() {
        return port;
    }

    /** Stores a model of one file, without any code of the runtime; returns the digest of the file. */
    String put(String repository, String tag, Path weights) throws IOException {
        String digest = blob(repository, weights);
        Path config = Files.writeString(storage.resolveSibling("config.json"), "{\"model_format\":\"gguf\"}");
        String manifest = "{\"schemaVersion\":2,\"mediaType\":\"" + MANIFEST + "\",\"config\":"
                + layer("application/vnd.docker.container.image.v1+json", blob(repository, config), config) + ",\"layers\":["
                + layer("application/vnd.ollama.image.model", digest, weights) + "]}";
        send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v2/" + repository + "/manifests/" + tag))
                .header("Content-Type", MANIFEST).PUT(HttpRequest.BodyPublishers.ofString(manifest)).build(), 201);
        return digest;
    }

    private static String layer(String type, String digest, Path file) throws IOException {
        return "{\"mediaType\":\"" + type + "\",\"digest\":\"" + digest + "\",\"size\":" + Files.size(file) + "}";
    }

    private String blob(String repository, Path file) throws IOException {
        String digest = digest(file);
        URI uploads = URI.create("http://127.0.0.1:" + port + "/v2/" + repository + "/blobs/uploads/");
        String location = send(HttpRequest.newBuilder(uploads).POST(HttpRequest.BodyPublishers.noBody()).build(), 202)
                .headers().firstValue("location").orElseThrow();
        send(HttpRequest.newBuilder(URI.create(location + "&digest=" + digest)).header("Content-Type", "application/octet-stream")
                .PUT(HttpRequest.BodyPublishers.ofFile(file)).build(), 201);
        return digest;
    }

    private HttpResponse<String> send(HttpRequest request, int status) {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() != status) {
                throw new AssertionError(request + " answers " + response.statusCode() + " " + response.body());
            }
            return response;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Returns the file in which the registry keeps a blob. */
    Path file(String digest) {
        String hex = digest.substring("sha256:".length());
        return storage.resolve("docker/registry/v2/blobs/sha256").resolve(hex.substring(0, 2)).resolve(hex).resolve("data");
    }

    static String digest(Path file) throws IOException {
        try (DigestInputStream in = new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            byte[] chunk = new byte[1 << 20];
            while (in.read(chunk) >= 0) {
                // the stream computes
            }
            return "sha256:" + HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        http.close();
        process.destroy();
    }
}
