package dev.runtime.kernel.store;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A blob that is being written, in any order, and gets its name from its bytes. Closing it unpublished discards it.
 *
 * <p>{@link #write} is safe for use by many threads; what is between bytes that were written is zero.
 */
public final class NewBlob implements AutoCloseable {
    private static final int CHUNK = 1 << 20;

    private final Disk disk;
    private final BlobPath paths;
    private final Path temporary;
    private final Disk.File file;

    NewBlob(Disk disk, BlobPath paths, Path temporary) throws IOException {
        this.disk = disk;
        this.paths = paths;
        this.temporary = temporary;
        disk.createFolders(paths.blobs());
        this.file = disk.create(temporary);
    }

    /**
     * Writes all bytes at a position.
     *
     * @throws IOException if the disk is full or fails
     */
    public void write(ByteBuffer bytes, long position) throws IOException {
        file.write(bytes, position);
    }

    /** Writes a whole stream from a position on, and returns how many bytes those were; the stream is not closed. */
    public long write(InputStream in, long position) throws IOException {
        return copy(in, file, position, Optional.empty());
    }

    /**
     * Gives the blob its name, and makes it durable. Reads it once to compute its digest.
     *
     * @param known told the digest in hex before anybody can see the blob
     */
    String publish(Consumer<String> known, Cancellation cancellation) throws IOException {
        return publish(sha256(temporary, cancellation), known);
    }

    /** Writes a stream, and gives the blob its name if it is the expected one. */
    String publish(InputStream in, Optional<String> wanted, Consumer<String> known) throws IOException {
        MessageDigest digest = Manifest.sha256();
        copy(in, file, 0, Optional.of(digest));
        String hex = HexFormat.of().formatHex(digest.digest());
        if (wanted.isPresent() && !wanted.get().equals(hex)) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                    "digest mismatch, expected \"sha256:" + wanted.get() + "\", got \"sha256:" + hex + "\"; send the file again");
        }
        return publish(hex, known);
    }

    private String publish(String hex, Consumer<String> known) throws IOException {
        known.accept(hex);
        file.force();
        file.close();
        disk.rename(temporary, paths.blob("sha256:" + hex));
        disk.sync(paths.blobs());
        return "sha256:" + hex;
    }

    private static long copy(InputStream in, Disk.File file, long position, Optional<MessageDigest> digest) throws IOException {
        byte[] chunk = new byte[CHUNK];
        long at = position;
        for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
            if (digest.isPresent()) {
                digest.get().update(chunk, 0, n);
            }
            file.write(ByteBuffer.wrap(chunk, 0, n), at);
            at += n;
        }
        return at - position;
    }

    /** Returns the digest of a file's bytes, in hex. */
    static String sha256(Path path, Cancellation cancellation) throws IOException {
        MessageDigest digest = Manifest.sha256();
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(path)) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                cancellation.check();
                digest.update(chunk, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public void close() {
        try {
            file.close();
            disk.delete(temporary);
        } catch (IOException _) {
            // its name is no valid one: it is never taken for a part of the store, and goes when the store is tidied
        }
    }
}
