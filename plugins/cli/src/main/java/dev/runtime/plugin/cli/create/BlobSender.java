package dev.runtime.plugin.cli.create;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.plugin.cli.client.NativeApi;
import dev.runtime.plugin.cli.progress.Progress;
import dev.runtime.plugin.cli.progress.ProgressBar;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Sends files to the server, unless it has them, and tells of each with a bar. */
public record BlobSender(NativeApi api, Progress display, Cancellation cancellation) {
    private static final int CHUNK = 1 << 20;

    /**
     * Sends a file.
     *
     * @return its digest, {@code sha256:} and 64 hex digits
     */
    public String send(Path file) {
        String digest = digest(file);
        if (!api.hasBlob(digest)) {
            ProgressBar bar = display.bar("copying file " + file.getFileName(), size(file));
            api.sendBlob(digest, file, cancellation, bar::done);
        }
        return digest;
    }

    private String digest(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                cancellation.check();
                digest.update(chunk, 0, n);
            }
            return "sha256:" + HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw unreadable(file, e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static RuntimeFailure unreadable(Path file, IOException e) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, "cannot read " + file + ": " + e.getMessage(), e);
    }
}
