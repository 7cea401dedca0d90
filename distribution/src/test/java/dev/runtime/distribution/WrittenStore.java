package dev.runtime.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A store written by hand, as a pull by another program would leave it. */
record WrittenStore(Path root) {
    /** The store of a home folder. */
    static WrittenStore in(Path home) {
        return new WrittenStore(home.resolve("models"));
    }

    /** Returns the weights of a golden model. */
    static byte[] golden(String name) throws IOException {
        Path file = Image.repository().resolve("plugins/architectures/src/test/resources/golden/models/" + name + ".gguf.gz");
        try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
            return in.readAllBytes();
        }
    }

    /**
     * Stores a model.
     *
     * @param texts further layers: the last part of the media type, and the content
     */
    void model(String name, byte[] weights, Map<String, String> texts) throws IOException {
        Map<String, byte[]> layers = new LinkedHashMap<>();
        layers.put("model", weights);
        texts.forEach((kind, text) -> layers.put(kind, text.getBytes(StandardCharsets.UTF_8)));
        model(name, "{}", layers);
    }

    /**
     * Stores a model.
     *
     * @param config its configuration
     * @param layers its parts: the last part of the media type, and the content
     */
    void model(String name, String config, Map<String, byte[]> layers) throws IOException {
        StringBuilder list = new StringBuilder();
        for (Map.Entry<String, byte[]> layer : layers.entrySet()) {
            list.append(list.isEmpty() ? "" : ",").append("{\"mediaType\": \"application/vnd.ollama.image.%s\", \"digest\": \"%s\", \"size\": %d}"
                    .formatted(layer.getKey(), blob(layer.getValue()), layer.getValue().length));
        }
        Path manifest = root.resolve("manifests/registry.ollama.ai/library/" + name + "/latest");
        Files.createDirectories(manifest.getParent());
        Files.writeString(manifest, """
                {"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
                 "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "digest": "%s", "size": %d},
                 "layers": [%s]}""".formatted(blob(config.getBytes(StandardCharsets.UTF_8)), config.length(), list));
    }

    private String blob(byte[] content) throws IOException {
        try {
            String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
            Files.createDirectories(root.resolve("blobs"));
            Files.write(root.resolve("blobs/sha256-" + digest), content);
            return "sha256:" + digest;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
