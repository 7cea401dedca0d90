package dev.runtime.kernel.engine;

import dev.runtime.api.backend.KvCache;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Where KV blocks are kept that make room for others.
 *
 * @param bytes most bytes of a model's file, 0 to keep nothing
 * @param folder where the files are
 */
public record SpillOptions(long bytes, Path folder) {
    /** Keeps nothing. */
    public static final SpillOptions NONE = new SpillOptions(0, Path.of(""));

    private static final System.Logger LOG = System.getLogger(SpillOptions.class.getName());

    /** Checks. */
    public SpillOptions {
        Objects.requireNonNull(folder, "folder");
    }

    /** Opens a file for a cache; nothing if none is wanted or, which is logged, possible. */
    Optional<KvSpill> open(KvCache cache) {
        if (bytes < cache.blockBytes() || cache.blockBytes() == 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(KvSpill.open(cache, folder, bytes));
        } catch (IOException e) {
            LOG.log(Level.WARNING, "KV blocks are not kept on disk, since " + folder + " cannot be written to: " + e.getMessage());
            return Optional.empty();
        }
    }
}
