package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Adds to a store so that neither a crash nor a reader at the wrong moment finds something half written: each file is
 * written beside its place, forced to disk and then renamed, and a manifest only once all its blobs are there.
 *
 * <p>Safe for use by many threads and processes: equal blobs replace each other, of two manifests of one name the later stays.
 */
public final class StoreWriter {
    private static final int CHUNK = 1 << 20;

    private final BlobPath paths;
    private final ManifestFolder manifests;

    /** Creates a writer; folders are made when first needed. */
    public StoreWriter(BlobPath paths) {
        this.paths = paths;
        this.manifests = new ManifestFolder(paths);
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
        // no valid digest, so that whoever tidies the store may delete one that a crash left
        Path temporary = paths.temporaryBlob(ThreadLocalRandom.current().nextLong());
        try {
            Files.createDirectories(paths.blobs());
            MessageDigest digest = Manifest.sha256();
            write(temporary, in, digest);
            String hex = HexFormat.of().formatHex(digest.digest());
            if (wanted.isPresent() && !wanted.get().equals(hex)) {
                throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                        "digest mismatch, expected \"sha256:" + wanted.get() + "\", got \"sha256:" + hex + "\"; send the file again");
            }
            publish(temporary, paths.blob("sha256:" + hex));
            return "sha256:" + hex;
        } catch (IOException e) {
            throw failed("a blob", e);
        } finally {
            discard(temporary);
        }
    }

    /**
     * Stores a manifest, byte by byte as given, in place of an older one of that name in any letter case.
     *
     * @return the name in the spelling that it is stored under
     * @throws RuntimeFailure with {@code model.file_invalid} if it is no manifest or a blob that it names is not there in full length, with
     *     {@code store.failed} if writing fails; the older one stays then
     */
    public ModelName putManifest(ModelName name, byte[] json) {
        Manifest manifest = Manifest.parse(name, json, Instant.EPOCH);
        List<Manifest.Layer> parts = new ArrayList<>(manifest.layers());
        manifest.config().ifPresent(parts::add);
        ModelName spelled = manifests.spelling(name);
        Path target = paths.manifest(spelled);
        Path temporary = paths.temporaryManifest(spelled, ThreadLocalRandom.current().nextLong());
        try {
            for (Manifest.Layer part : parts) {
                Optional<Path> blob = paths.existingBlob(part.digest());
                if (blob.isEmpty() || part.size() >= 0 && Files.size(blob.get()) != part.size()) {
                    throw new RuntimeFailure(ErrorCode.MODEL_FILE_INVALID, "cannot store " + spelled.display() + ": its part "
                            + part.digest() + " is not in the store in full length; store the part first");
                }
            }
            paths.createFolderOf(target);
            write(temporary, new ByteArrayInputStream(json), Manifest.sha256());
            publish(temporary, target);
            return spelled;
        } catch (IOException e) {
            throw failed("the manifest of " + spelled.display(), e);
        } finally {
            discard(temporary);
        }
    }

    private static void write(Path file, InputStream in, MessageDigest digest) throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                digest.update(chunk, 0, n);
                for (ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, n); bytes.hasRemaining(); ) {
                    out.write(bytes);
                }
            }
            out.force(true);
        }
    }

    private static void publish(Path temporary, Path target) throws IOException {
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        } catch (IOException _) {
            // some systems do not open folders; they keep the order of renames themselves
        }
    }

    private static void discard(Path temporary) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException _) {
            // its name is no valid one: it is never taken for a part of the store
        }
    }

    private static RuntimeFailure failed(String what, IOException e) {
        return new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot write " + what + " into the model store ("
                + e.getClass().getSimpleName() + "); check its folder's permissions and the free space of its disk", e);
    }
}
