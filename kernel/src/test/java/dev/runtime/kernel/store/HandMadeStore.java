package dev.runtime.kernel.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Writes a store as other programs do, without any code of the store itself. */
final class HandMadeStore {
    static final String MEDIA = "application/vnd.ollama.image.";
    static final String HOST = "registry.ollama.ai";
    static final String WEIGHTS = """
            FAKE
            general.architecture=fam
            general.file_type=15
            fam.context_length=4096
            fam.embedding_length=64
            tensor a F16 1000,1000
            tensor b F32 234560
            """;

    final Path root;

    HandMadeStore(Path root) {
        this.root = root;
    }

    /** A layer to write. */
    record Part(String mediaType, String text) {}

    static Part part(String kind, String text) {
        return new Part(MEDIA + kind, text);
    }

    /** Stores a model of layers below {@code registry.ollama.ai/library}. */
    Path model(String name, String config, Part... parts) throws IOException {
        return modelAt(HOST + "/library/" + name + "/latest", config, parts);
    }

    /** Stores a model at a path below {@code manifests}. */
    Path modelAt(String path, String config, Part... parts) throws IOException {
        List<String> layers = new ArrayList<>();
        for (Part part : parts) {
            layers.add(layer(part.mediaType(), blob(part.text()), length(part.text())));
        }
        return manifest(path, "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\",\"config\":"
                + layer("application/vnd.docker.container.image.v1+json", blob(config), length(config))
                + ",\"layers\":[" + String.join(",", layers) + "]}\n");
    }

    static String layer(String mediaType, String digest, long size) {
        return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + digest + "\",\"size\":" + size + "}";
    }

    static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** Writes a blob and returns its digest. */
    String blob(String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String hex = Manifest.sha256(bytes);
        Files.createDirectories(root.resolve("blobs"));
        Files.write(root.resolve("blobs").resolve("sha256-" + hex), bytes);
        return "sha256:" + hex;
    }

    Path blobFile(String digest) {
        return root.resolve("blobs").resolve(digest.replace(':', '-'));
    }

    /** Writes a manifest as it is. */
    Path manifest(String path, String json) throws IOException {
        Path file = root.resolve("manifests").resolve(path);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, json);
    }

    static void modified(Path file, String instant) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.parse(instant)));
    }
}
