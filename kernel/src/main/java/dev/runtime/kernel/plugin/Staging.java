package dev.runtime.kernel.plugin;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Private copies of plug-ins' jars. A layer keeps its jars open until it is collected, and a jar that changes under an open
 * layer breaks it; so a plug-in never runs from the place where people put it.
 *
 * <p>For one thread at a time.
 */
final class Staging implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Staging.class.getName());

    private Optional<Path> root = Optional.empty();

    /**
     * Copies a jar, or the jars of a folder.
     *
     * @return the folder of the copies
     */
    Path copy(String id, Path source) throws IOException {
        if (root.isEmpty()) {
            root = Optional.of(Files.createTempDirectory("runtime-plugins-"));
        }
        Path folder = Files.createTempDirectory(root.get(), id + "-");
        try {
            for (Path jar : jars(source)) {
                Files.copy(jar, folder.resolve(jar.getFileName().toString()));
            }
        } catch (IOException e) {
            discard(folder);
            throw e;
        }
        return folder;
    }

    /** Returns a jar itself, or the jars of a folder in the order of their names. */
    static List<Path> jars(Path source) throws IOException {
        if (!Files.isDirectory(source)) {
            return List.of(source);
        }
        try (Stream<Path> files = Files.list(source)) {
            return files.filter(Staging::isJar).sorted().toList();
        }
    }

    /** Tells a jar by its name; hidden files are none. */
    static boolean isJar(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(".jar") && !name.startsWith(".") && Files.isRegularFile(file);
    }

    /** Deletes copies; what cannot be deleted stays for the system's own cleaning. */
    void discard(Path folder) {
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a plug-in's copy stays behind", e);
        }
    }

    @Override
    public void close() {
        root.ifPresent(this::discard);
        root = Optional.empty();
    }
}
