package dev.runtime.kernel.store;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weight files that come with the runtime: each is a model of its file's name without extension. */
final class BuiltInModels {
    private static final System.Logger LOG = System.getLogger(BuiltInModels.class.getName());

    private final List<Path> folders;
    private final WeightFiles weights;

    BuiltInModels(List<Path> folders, WeightFiles weights) {
        this.folders = List.copyOf(folders);
        this.weights = weights;
    }

    /** Returns the files by name, of equal names the first. */
    Map<ModelName, Path> all() {
        Map<ModelName, Path> models = new LinkedHashMap<>();
        for (Path folder : folders) {
            for (Path file : files(folder)) {
                String fileName = file.getFileName().toString();
                int dot = fileName.lastIndexOf('.');
                ModelName.builtIn(dot > 0 ? fileName.substring(0, dot) : fileName)
                        .filter(name -> models.keySet().stream().noneMatch(name::same) && weights.accepted(file))
                        .ifPresent(name -> models.put(name, file));
            }
        }
        return models;
    }

    private static List<Path> files(Path folder) {
        List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, Files::isRegularFile)) {
            stream.forEach(files::add);
        } catch (IOException | DirectoryIteratorException e) {
            LOG.log(Level.WARNING, "cannot list the folder of models that came with the runtime", e);
        }
        files.sort(null);
        return files;
    }
}
