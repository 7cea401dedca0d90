package dev.runtime.kernel.store;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.InstantSource;
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
    private final boolean prunes;
    private final Consumer<Path> removed;

    /** Creates a writer; folders are made when first needed. */
    public StoreWriter(BlobPath paths) {
        this(paths, true, _ -> {});
    }

    /**
     * Creates a writer.
     *
     * @param prunes whether blobs of replaced models are removed; those of deleted ones always are
     * @param removed told of each blob that is removed, before its file is gone
     */
    public StoreWriter(BlobPath paths, boolean prunes, Consumer<Path> removed) {
        this(paths, Disk.REAL, prunes, removed);
    }

    StoreWriter(BlobPath paths, Disk disk, boolean prunes, Consumer<Path> removed) {
        this.disk = disk;
        this.paths = paths;
        this.locks = StoreLocks.of(paths);
        this.manifests = new ManifestFolder(paths);
        this.prunes = prunes;
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
        removeReplaced(stored);
        return stored.name();
    }

    /** Removes what only the predecessor of a stored model needed, unless blobs are to stay; returns whether there was any. */
    public boolean removeReplaced(StoreChange.Stored stored) {
        if (!prunes || stored.replaced().isEmpty()) {
            return false;
        }
        removeUnused(stored.replaced());
        return true;
    }

    /** Returns the file of a blob, or nothing if it is not there. */
    public Optional<Path> blob(String digest) {
        return paths.existingBlob(digest);
    }

    /** Returns the bytes of the manifest of a model, whose name may be in any letter case; nothing if there is none. */
    public Optional<byte[]> manifest(ModelName name) {
        try {
            Optional<ModelName> stored = manifests.stored(name);
            return stored.isEmpty() ? Optional.empty() : paths.readManifest(paths.manifest(stored.get()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot read the manifest of " + name.display() + " ("
                    + e.getClass().getSimpleName() + ")", e);
        }
    }

    /**
     * Goes on with bringing a blob, or begins; waits while another process does.
     *
     * @return nothing if it is there; else closed by the caller
     * @throws RuntimeFailure with {@code store.failed}, also if there is not enough space, or with {@code request.cancelled}
     */
    public Optional<PartialBlob> partial(String digest, long size, Cancellation cancellation) {
        String hex = BlobPath.hex(digest);
        StoreLocks.Held alone = locks.bring(hex, cancellation);
        try {
            Optional<Path> there = paths.existingBlob(digest);
            if (there.isPresent() && Files.size(there.get()) == size) {
                alone.close();
                return Optional.empty();
            }
            return Optional.of(new PartialBlob(disk, paths, alone, hex, size));
        } catch (IOException e) {
            alone.close();
            throw StoreFailure.write("a blob", e);
        } catch (RuntimeException e) {
            alone.close();
            throw e;
        }
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

    /** Removes what nothing needs and what is old, see {@link StoreTidy}; nothing if blobs are to stay. */
    public void tidy() {
        tidy(InstantSource.system());
    }

    void tidy(InstantSource clock) {
        if (!prunes) {
            return;
        }
        StoreTidy.Found found = new StoreTidy(paths, clock).look();
        removeUnused(found.blobs());
        for (Path file : found.leftovers()) {
            try {
                disk.delete(file);
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a leftover of the store cannot be removed", e);
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
