package dev.runtime.plugin.cli.create;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which files of a path given in a Modelfile make up a model, and what they are called for the server. */
final class ModelFiles {
    /** Weights: of these patterns the first that some file has. */
    private static final List<String> WEIGHTS = List.of("model*.safetensors", "consolidated*.safetensors", "*.safetensors", "*.gguf");
    /** What goes with weights of a folder. */
    private static final List<String> OTHERS = List.of("*.json", "chat_template.jinja", "tokenizer.model", "vocab.txt");

    private ModelFiles() {}

    /**
     * Returns a file itself, or of a folder its weights and all that describes them, also one level down.
     *
     * @return names with slashes, relative to the folder, and files
     * @throws RuntimeFailure with {@code request.invalid} if a folder has no weights, or a link that leaves it
     */
    static Map<String, Path> of(Path path) {
        Map<String, Path> files = new LinkedHashMap<>();
        if (!Files.isDirectory(path)) {
            files.put(path.getFileName().toString(), path);
            return files;
        }
        try {
            for (String pattern : WEIGHTS) {
                if (files.isEmpty()) {
                    collect(path, pattern, files);
                }
            }
            if (files.isEmpty()) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "no Modelfile or safetensors files found in " + path);
            }
            if (files.keySet().iterator().next().endsWith(".safetensors")) {
                for (String pattern : OTHERS) {
                    collect(path, pattern, files);
                }
            }
            return files;
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "cannot read the folder " + path + ": " + e.getMessage(), e);
        }
    }

    private static void collect(Path folder, String pattern, Map<String, Path> files) throws IOException {
        List<Path> folders = new ArrayList<>(List.of(folder));
        try (DirectoryStream<Path> inner = Files.newDirectoryStream(folder, f -> Files.isDirectory(f) && !f.getFileName().toString().startsWith("."))) {
            inner.forEach(folders::add);
        }
        for (Path each : folders) {
            List<Path> found = new ArrayList<>();
            try (DirectoryStream<Path> matches = Files.newDirectoryStream(each, pattern)) {
                matches.forEach(found::add);
            }
            found.sort(null);
            for (Path file : found) {
                if (Files.isRegularFile(file)) {
                    checkInside(folder, file);
                    files.put(folder.relativize(file).toString().replace('\\', '/'), file);
                }
            }
        }
    }

    /** A folder from elsewhere must not make other files of this machine part of a model; caches of downloads link to their own store. */
    private static void checkInside(Path folder, Path file) throws IOException {
        Path real = file.toRealPath();
        Path root = folder.toRealPath();
        Path parent = root.getParent();
        boolean cached = parent != null && parent.getFileName() != null && parent.getFileName().toString().equals("snapshots")
                && real.startsWith(parent.resolveSibling("blobs"));
        if (!real.startsWith(root) && !cached) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "insecure path: " + file + " is a link to a place outside of its folder; "
                    + "copy the file itself there");
        }
    }
}
