package dev.runtime.kernel.store;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what is left in a store and belongs to nothing; the age of a file is the time since it was last written or touched. */
final class StoreTidy {
    /** A blob may belong to a model that is being made by a program that knows nothing of our locks. */
    static final Duration BLOB_AGE = Duration.ofHours(1);
    /** A download that was given up may be resumed. */
    static final Duration PARTIAL_AGE = Duration.ofDays(7);

    private static final System.Logger LOG = System.getLogger(StoreTidy.class.getName());

    private final BlobPath paths;
    private final InstantSource clock;

    StoreTidy(BlobPath paths, InstantSource clock) {
        this.paths = paths;
        this.clock = clock;
    }

    /**
     * What may go.
     *
     * @param blobs digests of blobs that are old enough, whether or not something needs them
     * @param leftovers files that are no part of the store
     */
    record Found(List<String> blobs, List<Path> leftovers) {}

    Found look() {
        Found found = new Found(new ArrayList<>(), new ArrayList<>());
        for (Path file : files(paths.blobs(), 1)) {
            String name = file.getFileName().toString();
            Optional<String> hex = BlobPath.parseHex(name);
            if (hex.isPresent()) {
                if (older(file, BLOB_AGE)) {
                    found.blobs.add("sha256:" + hex.get());
                }
            } else if (older(file, name.contains("-partial") ? PARTIAL_AGE : BLOB_AGE)) {
                found.leftovers.add(file);
            }
        }
        // beside manifests a crash leaves files whose names no tag has
        for (Path file : files(paths.manifests(), 4)) {
            if (file.getFileName().toString().matches("\\.[0-9a-f]{1,16}") && older(file, BLOB_AGE)) {
                found.leftovers.add(file);
            }
        }
        return found;
    }

    private boolean older(Path file, Duration age) {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(clock.instant().minus(age));
        } catch (IOException _) {
            return false; // gone, or not ours to judge
        }
    }

    private static List<Path> files(Path folder, int depth) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder, depth)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.log(Level.DEBUG, "a folder of the store cannot be listed", e);
            return List.of();
        }
    }
}
