package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The only way from a name given by somebody else to a path: digests, model names, references to files.
 *
 * <p>A digest is 64 hex digits and a part of a model name starts with a letter, digit or underscore and holds no separator, so
 * neither can climb. The store's folder and its {@code blobs} and {@code manifests} may be links, as of an owner who moved them to
 * another disk; a link below them must not lead out of them, and only regular files are opened, so that no
 * pipe or device blocks a reader.
 */
public final class BlobPath {
    /** The longest manifest, configuration or text layer that is read. */
    static final int LONGEST_TEXT = 16 << 20;

    /** The path of what is not on this machine. */
    static final Path NONE = Path.of("");

    private static final int LONGEST_NAME = 1000;
    private static final Pattern DIGEST = Pattern.compile("sha256[:-]([0-9a-fA-F]{64})");

    private final Path root;

    /** Creates the paths of a store that may not exist yet. */
    public BlobPath(Path root) {
        this.root = root.toAbsolutePath().normalize();
    }

    /**
     * Returns the file of a name below a folder.
     *
     * @throws RuntimeFailure with {@code request.invalid} if the name is none: relative, with slashes, and no part that climbs
     */
    static Path below(Path folder, String name) {
        boolean clean = !name.isEmpty() && name.length() <= LONGEST_NAME && name.indexOf('\\') < 0 && name.indexOf('\0') < 0;
        for (String part : name.split("/", -1)) {
            clean &= !part.isEmpty() && !part.equals(".") && !part.equals("..") && !part.contains(":");
        }
        if (!clean) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "file path must be relative: \"" + ModelName.shown(name) + "\"");
        }
        try {
            return folder.resolve(name);
        } catch (InvalidPathException e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "\"" + ModelName.shown(name) + "\" is no file name here", e);
        }
    }

    /** Returns the folder of manifests. */
    public Path manifests() {
        return root.resolve("manifests");
    }

    /** Returns the folder of blobs. */
    public Path blobs() {
        return root.resolve("blobs");
    }

    /**
     * Returns the 64 lower-case hex digits of {@code sha256:...} or {@code sha256-...}.
     *
     * @throws RuntimeFailure with {@code request.invalid} for anything else
     */
    public static String hex(String digest) {
        return parseHex(digest).orElseThrow(() -> new RuntimeFailure(ErrorCode.REQUEST_INVALID,
                "\"" + ModelName.shown(digest) + "\" is no digest; expected sha256: and 64 hex digits"));
    }

    static Optional<String> parseHex(String digest) {
        var matcher = DIGEST.matcher(digest);
        return matcher.matches() ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT)) : Optional.empty();
    }

    /**
     * Returns where the blob of a digest is or would be.
     *
     * @throws RuntimeFailure with {@code request.invalid} if it is no digest
     */
    public Path blob(String digest) {
        return blobs().resolve("sha256-" + hex(digest));
    }

    /**
     * Returns the file of a blob under its present or its former spelling, or nothing if it is not there.
     *
     * @throws RuntimeFailure with {@code request.invalid} if it is no digest, with {@code store.failed} for a link out of the store
     */
    public Optional<Path> existingBlob(String digest) {
        Path present = blob(digest);
        if (Files.isRegularFile(present)) {
            return Optional.of(inside(blobs(), present));
        }
        try {
            Path former = blobs().resolve("sha256:" + hex(digest));
            return Files.isRegularFile(former) ? Optional.of(inside(blobs(), former)) : Optional.empty();
        } catch (InvalidPathException _) {
            return Optional.empty(); // file systems without colons never had the former spelling
        }
    }

    /**
     * Returns where the manifest of a model is or would be.
     *
     * @throws RuntimeFailure with {@code model.name_invalid} if this file system has no such file name
     */
    public Path manifest(ModelName name) {
        try {
            return manifests().resolve(name.host()).resolve(name.namespace()).resolve(name.model()).resolve(name.tag());
        } catch (InvalidPathException _) {
            throw ModelName.invalid(name.full());
        }
    }

    /** Returns where a blob is written before its digest is known: a name that is no digest. */
    Path temporaryBlob(long unique) {
        return blobs().resolve("sha256-" + Long.toHexString(unique));
    }

    /** Returns where a manifest is written before it replaces the old one: beside it, a name that no tag has. */
    Path temporaryManifest(ModelName name, long unique) {
        return manifest(name).resolveSibling("." + Long.toHexString(unique));
    }

    /**
     * Checks the folder of a manifest, which is there.
     *
     * @throws RuntimeFailure with {@code store.failed} for a link out of the store
     */
    void requireFolderOf(Path manifest) {
        inside(manifests(), manifest.getParent());
    }

    /** Returns the file whose byte ranges are locked, see {@link StoreLocks}. */
    Path lockFile() {
        return root.resolve(".lock");
    }

    /** Returns where the bytes of a blob gather that is being downloaded. */
    Path partialBlob(String hex) {
        return blobs().resolve("sha256-" + hex + "-partial");
    }

    /** Returns where the state of a part of a download is kept. */
    Path partState(String hex, int number) {
        return blobs().resolve("sha256-" + hex + "-partial-" + number);
    }

    /** Returns the states of the parts of a download that are there; all of them have short names of digits at the end. */
    List<Path> partStates(String hex) throws IOException {
        List<Path> states = new ArrayList<>();
        if (Files.isDirectory(blobs())) {
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(blobs(), "sha256-" + hex + "-partial-*")) {
                stream.forEach(states::add);
            } catch (DirectoryIteratorException e) {
                throw e.getCause();
            }
        }
        return states;
    }

    /**
     * Reads a manifest.
     *
     * @return nothing if it is no regular file
     * @throws IOException if reading fails or the file is too long
     */
    Optional<byte[]> readManifest(Path manifest) throws IOException {
        return Files.isRegularFile(manifest) ? Optional.of(read(inside(manifests(), manifest))) : Optional.empty();
    }

    /** Reads a whole file of the store that must not be long. */
    static byte[] read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(LONGEST_TEXT + 1);
            if (bytes.length > LONGEST_TEXT) {
                throw new IOException("longer than " + LONGEST_TEXT + " bytes");
            }
            return bytes;
        }
    }

    /**
     * Returns the file that a reference means as a path: absolute, or from the working directory; {@code ~/} is the user's home.
     * Only for references of local callers, and nothing if no file can have that name.
     */
    public static Optional<Path> file(String reference) {
        try {
            boolean home = reference.startsWith("~/") || reference.startsWith("~\\");
            Path path = home ? Path.of(System.getProperty("user.home")).resolve(reference.substring(2)) : Path.of(reference);
            return Optional.of(path.toAbsolutePath().normalize());
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }

    /** Tells whether a reference can only be a path: absolute, or starting with {@code ./}, {@code ../} or {@code ~/}. */
    public static boolean looksLikePath(String reference) {
        return reference.matches("(?s)(/|\\\\|\\.\\.?[/\\\\]|~[/\\\\]|[A-Za-z]:[/\\\\]).*");
    }

    private Path inside(Path folder, Path file) {
        try {
            if (file.toRealPath().startsWith(folder.toRealPath())) {
                return file;
            }
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot follow " + root.relativize(file) + " of the model store", e);
        }
        throw new RuntimeFailure(ErrorCode.STORE_FAILED, root.relativize(file)
                + " of the model store is a link to a place outside the store; put the file itself there, or link the whole folder");
    }
}
