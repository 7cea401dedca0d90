package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Blobs under the names that they had where they came from, in a folder of their own: formats find parts of a model by their names. The
 * files are links, so nothing is copied where the system allows it.
 */
final class StagedFiles implements AutoCloseable {
    private final Path root;
    private final Path folder;
    private final List<Path> files = new ArrayList<>();

    private StagedFiles(Path root, Path folder) {
        this.root = root;
        this.folder = folder;
    }

    /**
     * Makes the folder; closed by the caller.
     *
     * @param title what the folder is called
     * @param names names, relative and with slashes, and digests
     * @throws RuntimeFailure with {@code request.invalid} for names that leave the folder and for blobs that are not there
     */
    static StagedFiles of(BlobPath paths, String title, Map<String, String> names) {
        try {
            Path root = Files.createTempDirectory("runtime-create");
            StagedFiles staged = new StagedFiles(root, Files.createDirectories(BlobPath.below(root, title)));
            try {
                for (Map.Entry<String, String> name : names.entrySet()) {
                    staged.add(name.getKey(), paths.existingBlob(name.getValue()).orElseThrow(() -> new RuntimeFailure(
                            ErrorCode.REQUEST_INVALID, "blob \"" + ModelName.shown(name.getValue()) + "\" not found; send the file first")));
                }
                return staged;
            } catch (IOException | RuntimeException e) {
                staged.close();
                throw e;
            }
        } catch (IOException e) {
            throw StoreFailure.write("files to convert", e);
        }
    }

    private void add(String name, Path blob) throws IOException {
        Path file = BlobPath.below(folder, name);
        Files.createDirectories(file.getParent());
        try {
            Files.createSymbolicLink(file, blob.toAbsolutePath());
        } catch (UnsupportedOperationException | IOException _) {
            // not everybody may make symbolic links everywhere
            try {
                Files.createLink(file, blob.toAbsolutePath());
            } catch (UnsupportedOperationException | IOException _) {
                Files.copy(blob, file);
            }
        }
        files.add(file);
    }

    Path folder() {
        return folder;
    }

    /** Returns the files in the order in which they were named. */
    List<Path> files() {
        return List.copyOf(files);
    }

    @Override
    public void close() {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException _) {
            // links in a folder for temporary files
        }
    }
}
