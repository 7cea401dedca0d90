package dev.runtime.plugin.format.safetensors.weights;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.model.MappedFiles;
import dev.runtime.plugin.format.safetensors.Json;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** All tensors of a folder, from one file or several; where there is an index, exactly the files that it names. */
public final class TensorFolder {
    private static final String INDEX = "model.safetensors.index.json";
    private static final int MOST_FILES = 1024;

    private TensorFolder() {}

    /** Tells whether a folder has weights of this format. */
    public static boolean holdsWeights(Path folder) throws IOException {
        return Files.isRegularFile(folder.resolve(INDEX)) || !files(folder, "*.safetensors").isEmpty();
    }

    /**
     * Maps the files.
     *
     * @return the tensors by name, in the order of files and data
     * @throws RuntimeFailure with {@code model.file_invalid} if a file is missing or damaged, or two have the same tensor
     */
    public static Map<String, RawTensor> open(Path folder, MappedFiles files) throws IOException {
        Map<String, RawTensor> tensors = new LinkedHashMap<>();
        for (Path file : weightFiles(folder)) {
            if (!Files.isRegularFile(file)) {
                throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                        file.getFileName() + " is missing, but " + INDEX + " names it; fetch the file too");
            }
            for (RawTensor tensor : TensorFile.open(file, files)) {
                if (tensors.put(tensor.name(), tensor) != null) {
                    throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID,
                            "two files of the folder have a tensor " + tensor.name() + "; keep the files of one version only");
                }
            }
        }
        return tensors;
    }

    private static List<Path> weightFiles(Path folder) throws IOException {
        if (Files.isRegularFile(folder.resolve(INDEX))) {
            TreeSet<String> names = new TreeSet<>();
            if (Json.file(folder.resolve(INDEX)).get("weight_map") instanceof Map<?, ?> map) {
                map.values().forEach(name -> names.add(String.valueOf(name)));
            }
            List<Path> files = new ArrayList<>();
            for (String name : names) {
                // the index comes from a stranger: it names files of this folder and no others
                if (!name.matches("[A-Za-z0-9_][A-Za-z0-9._-]*\\.safetensors") || files.size() == MOST_FILES) {
                    throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, INDEX + " names a file that is none of this folder's, or too many");
                }
                files.add(folder.resolve(name));
            }
            return files;
        }
        for (String pattern : List.of("model*.safetensors", "consolidated*.safetensors", "*.safetensors")) {
            List<Path> files = files(folder, pattern);
            if (!files.isEmpty()) {
                return files;
            }
        }
        return List.of();
    }

    private static List<Path> files(Path folder, String pattern) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
            for (Path file : stream) {
                if (Files.isRegularFile(file) && files.size() < MOST_FILES) {
                    files.add(file);
                }
            }
        }
        files.sort(null);
        return files;
    }
}
