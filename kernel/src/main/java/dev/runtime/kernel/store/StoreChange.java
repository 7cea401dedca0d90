package dev.runtime.kernel.store;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The making of one model: its blobs come first, its manifest last. Blobs that were added or asked for stay until the change is
 * closed, whoever deletes models meanwhile, in this process or in another.
 *
 * <pre>{@code
 * try (StoreChange change = writer.begin()) {
 *     String digest = change.addBlob(in, Optional.empty());
 *     change.putManifest(name, manifestNaming(digest));
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads, except {@link #close}. What a crash interrupts leaves no model, or the old one.
 */
public final class StoreChange implements AutoCloseable {
    private final Disk disk;
    private final BlobPath paths;
    private final StoreLocks locks;
    private final ManifestFolder manifests;
    private final Map<String, StoreLocks.Held> kept = new HashMap<>();

    StoreChange(Disk disk, BlobPath paths, StoreLocks locks, ManifestFolder manifests) {
        this.disk = disk;
        this.paths = paths;
        this.locks = locks;
        this.manifests = manifests;
    }

    /**
     * Keeps a blob, and tells whether it is there.
     *
     * @param digest {@code sha256:} and 64 hex digits
     * @param size its length, or -1 if that is not known; one of another length counts as absent
     * @throws RuntimeFailure with {@code request.invalid} if it is no digest
     */
    public boolean keep(String digest, long size) {
        String hex = BlobPath.hex(digest);
        keepHex(hex);
        Optional<Path> blob = paths.existingBlob(digest);
        try {
            if (blob.isEmpty() || size >= 0 && Files.size(blob.get()) != size) {
                return false;
            }
            Files.setLastModifiedTime(blob.get(), FileTime.from(Instant.now()));
        } catch (IOException _) {
            // the time only tells other programs, which know nothing of our locks, that the blob is needed
        }
        return true;
    }

    private void keepHex(String hex) {
        synchronized (kept) {
            if (!kept.containsKey(hex)) {
                kept.put(hex, locks.keep(hex));
            }
        }
    }

    /**
     * Stores a blob.
     *
     * @param in the bytes, read to the end; not closed
     * @param expected the digest that the bytes must have
     * @return its digest, {@code sha256:} and 64 hex digits
     * @throws RuntimeFailure with {@code request.invalid} if the expected digest is none or the bytes have another one, with
     *     {@code store.failed} if reading or writing fails; nothing is left behind then
     */
    public String addBlob(InputStream in, Optional<String> expected) {
        Optional<String> wanted = expected.map(BlobPath::hex);
        wanted.ifPresent(this::keepHex);
        try (NewBlob blob = newBlob()) {
            return blob.publish(in, wanted, this::keepHex);
        } catch (IOException e) {
            throw StoreFailure.write("a blob", e);
        }
    }

    /**
     * Begins a blob that is written in any order, as a weight file that is converted tensor by tensor.
     *
     * @return closed by the caller, who calls {@link #publish} before
     * @throws RuntimeFailure with {@code store.failed}
     */
    public NewBlob newBlob() {
        try {
            // no valid digest, so that whoever tidies the store may delete one that a crash left
            return new NewBlob(disk, paths, paths.temporaryBlob(ThreadLocalRandom.current().nextLong()));
        } catch (IOException e) {
            throw StoreFailure.write("a blob", e);
        }
    }

    /**
     * Stores a blob that is written, once.
     *
     * @return its digest, {@code sha256:} and 64 hex digits
     * @throws RuntimeFailure with {@code store.failed}, or with {@code request.cancelled} while its digest is computed
     */
    public String publish(NewBlob blob, Cancellation cancellation) {
        try {
            return blob.publish(this::keepHex, cancellation);
        } catch (IOException e) {
            throw StoreFailure.write("a blob", e);
        }
    }

    /**
     * A stored manifest.
     *
     * @param name the name in the spelling that it is stored under
     * @param replaced digests of the one that it replaced and that it does not name itself, see {@link StoreWriter#removeReplaced}
     */
    public record Stored(ModelName name, Set<String> replaced) {}

    /**
     * Stores a manifest, byte by byte as given, in place of an older one of that name in any letter case.
     *
     * @throws RuntimeFailure with {@code model.file_invalid} if it is no manifest or a blob that it names is not there in full length, with
     *     {@code store.failed} if writing fails; the older one stays then
     */
    public Stored putManifest(ModelName name, byte[] json) {
        Manifest manifest = Manifest.parse(name, json, Instant.EPOCH);
        List<Manifest.Layer> parts = manifest.parts();
        parts.forEach(part -> keepHex(BlobPath.hex(part.digest())));
        try (StoreLocks.Held _ = locks.manifests()) {
            ModelName spelled = manifests.spelling(name);
            try {
                for (Manifest.Layer part : parts) {
                    Optional<Path> blob = paths.existingBlob(part.digest());
                    if (blob.isEmpty() || part.size() >= 0 && Files.size(blob.get()) != part.size()) {
                        throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "cannot store " + spelled.display() + ": its part "
                                + part.digest() + " is not in the store in full length; store the part first");
                    }
                }
                Set<String> replaced = new HashSet<>(digests(spelled));
                parts.forEach(part -> replaced.remove(part.usualDigest()));
                Path target = paths.manifest(spelled);
                disk.createFolders(target.getParent());
                paths.requireFolderOf(target);
                replace(disk, target, paths.temporaryManifest(spelled, ThreadLocalRandom.current().nextLong()), json);
                disk.sync(target.getParent());
                return new Stored(spelled, Set.copyOf(replaced));
            } catch (IOException e) {
                throw StoreFailure.write("the manifest of " + spelled.display(), e);
            }
        }
    }

    /** What a damaged manifest names is not known; nothing is removed for it then. */
    private List<String> digests(ModelName name) {
        try {
            return manifests.read(name).map(Manifest::digests).orElse(List.of());
        } catch (RuntimeFailure _) {
            return List.of();
        }
    }

    /** Puts a small file in place of another, so that after a crash either of the two is there, whole. */
    static void replace(Disk disk, Path target, Path temporary, byte[] bytes) throws IOException {
        try {
            try (Disk.File file = disk.create(temporary)) {
                file.write(ByteBuffer.wrap(bytes), 0);
                file.force();
            }
            disk.rename(temporary, target);
        } catch (IOException e) {
            disk.delete(temporary);
            throw e;
        }
    }

    /** Lets go of all blobs. */
    @Override
    public void close() {
        synchronized (kept) {
            new ArrayList<>(kept.values()).forEach(StoreLocks.Held::close);
            kept.clear();
        }
    }
}
