package dev.runtime.plugin.cli.session;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** What was typed in earlier sessions, one line each, in a file that only its owner may read. */
record HistoryFile(Path path) {
    private static final int MOST = 100;

    /** Returns the entries, oldest first; none if the file is absent or unreadable. */
    List<String> load() {
        try {
            List<String> lines = new String(Files.readAllBytes(path), StandardCharsets.UTF_8).lines().filter(line -> !line.isBlank()).toList();
            return lines.subList(Math.max(0, lines.size() - MOST), lines.size());
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Replaces the file. A session goes on without its history if that cannot be written. */
    void save(List<String> entries) {
        Path draft = path.resolveSibling(path.getFileName() + ".tmp");
        try {
            Files.createDirectories(path.toAbsolutePath().getParent());
            Files.deleteIfExists(draft);
            if (draft.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.write(draft, entries.subList(Math.max(0, entries.size() - MOST), entries.size()));
            Files.move(draft, path, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            System.getLogger(HistoryFile.class.getName()).log(System.Logger.Level.DEBUG, "the history was not saved", e);
        }
    }
}
