package dev.runtime.kernel.store;

import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Changes a store so that neither a crash nor a reader at the wrong moment finds something half done: each file is written
 * beside its place, forced to disk and then renamed, a manifest comes only once all its blobs are there, and goes before them.
 *
 * <p>Safe for use by many threads and processes: equal blobs replace each other, of two manifests of one name the later stays, and
 * nothing is removed that a running {@link StoreChange} needs.
 */
public final class StoreWriter {
    private static final System.Logger LOG = System.getLogger(StoreWriter.class.getName());

    private final Disk disk;
    private final BlobPath paths;
    private final StoreLocks locks;
    private final ManifestFolder manifests;
    private final Consumer<Path> removed;

    /** Creates a writer; folders are made when first needed. */
    public StoreWriter(BlobPath paths) {
        this(paths, Disk.REAL, _ -> {});
    }

    /**
     * Creates a writer.
     *
     * @param removed told of each blob that is removed, before its file is gone
     */
    public StoreWriter(BlobPath paths, Consumer<Path> removed) {
        this(paths, Disk.REAL, removed);
    }

    StoreWriter(BlobPath paths, Disk disk, Consumer<Path> removed) {
        this.disk = disk;
        this.paths = paths;
        this.locks = StoreLocks.of(paths);
        this.manifests = new ManifestFolder(paths);
        this.removed = removed;
    }

    /** Begins to make a model; closed by the caller. */
    public StoreChange begin() {
        return new StoreChange(disk, paths, locks, manifests);
    }

    /**
     * Stores a blob that no manifest names yet.
     *
     * @return its digest
     * @throws RuntimeFailure as {@link StoreChange#addBlob}
     */
    public String addBlob(InputStream in, Optional<String> expected) {
        try (StoreChange change = begin()) {
            return change.addBlob(in, expected);
        }
    }

    /**
     * Stores a manifest whose blobs are there, and removes what its predecessor alone needed.
     *
     * @return the name in the spelling that it is stored under
     * @throws RuntimeFailure as {@link StoreChange#putManifest}
     */
    public ModelName putManifest(ModelName name, byte[] json) {
        StoreChange.Stored stored;
        try (StoreChange change = begin()) {
            stored = change.putManifest(name, json);
        }
        removeUnused(stored.replaced());
        return stored.name();
    }

    /**
     * Deletes a model and those of its blobs that nothing else needs.
     *
     * @return whether there was one of that name
     * @throws RuntimeFailure with {@code store.failed} if its manifest cannot be removed
     */
    public boolean delete(ModelName name) {
        Set<String> digests = new HashSet<>();
        try (StoreLocks.Held _ = locks.manifests()) {
            Optional<ModelName> stored = manifests.stored(name);
            if (stored.isEmpty()) {
                return false;
            }
            try {
                manifests.read(stored.get()).ifPresent(manifest -> digests.addAll(manifest.digests()));
            } catch (RuntimeFailure e) {
                LOG.log(Level.DEBUG, "a damaged manifest is deleted; its blobs stay until the store is tidied", e);
            }
            removeManifest(stored.get());
        }
        removeUnused(digests);
        return true;
    }

    private void removeManifest(ModelName name) {
        Path manifest = paths.manifest(name);
        paths.requireFolderOf(manifest);
        try {
            disk.delete(manifest);
            disk.sync(manifest.getParent());
            for (Path folder = manifest.getParent(); !folder.equals(paths.manifests()); folder = folder.getParent()) {
                disk.delete(folder);
            }
        } catch (DirectoryNotEmptyException _) {
            // other models are left in the folder
        } catch (IOException e) {
            throw StoreFailure.remove(name.display(), e);
        }
    }

    /**
     * Removes blobs that no manifest names and no running change keeps. Removes nothing if a manifest cannot be read, as nobody knows
     * what that one names.
     */
    public void removeUnused(Collection<String> digests) {
        if (digests.isEmpty()) {
            return;
        }
        try (StoreLocks.Held _ = locks.manifests()) {
            Optional<Set<String>> named = named();
            if (named.isEmpty()) {
                return;
            }
            for (String digest : digests) {
                if (!named.get().contains(digest)) {
                    removeBlob(digest);
                }
            }
        }
    }

    private void removeBlob(String digest) {
        Optional<StoreLocks.Held> alone = locks.remove(BlobPath.hex(digest));
        if (alone.isEmpty()) {
            return;
        }
        try (StoreLocks.Held _ = alone.get()) {
            Optional<Path> blob = paths.existingBlob(digest);
            if (blob.isPresent()) {
                removed.accept(blob.get());
                disk.delete(blob.get());
            }
        } catch (IOException | RuntimeFailure e) {
            LOG.log(Level.WARNING, "cannot remove " + digest + " from the model store; it is tried again at the next start", e);
        }
    }

    /** Returns the digests that manifests name, or nothing if one of them cannot be read. */
    private Optional<Set<String>> named() {
        Set<String> named = new HashSet<>();
        for (ModelName name : manifests.names()) {
            try {
                manifests.read(name).ifPresent(manifest -> named.addAll(manifest.digests()));
            } catch (RuntimeFailure e) {
                LOG.log(Level.WARNING, "no unused blobs are removed while the manifest of {0} cannot be read: {1}", name.display(),
                        e.getMessage());
                return Optional.empty();
            }
        }
        return Optional.of(named);
    }
}
