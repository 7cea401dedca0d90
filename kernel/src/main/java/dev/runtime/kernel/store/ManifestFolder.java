package dev.runtime.kernel.store;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.source.ModelAddress;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The folder {@code manifests/host/namespace/model/tag}. */
final class ManifestFolder {
    private static final System.Logger LOG = System.getLogger(ManifestFolder.class.getName());

    private final BlobPath paths;

    ManifestFolder(BlobPath paths) {
        this.paths = paths;
    }

    /**
     * Returns all names on disk; entries with other names are skipped. A store that does not exist is empty.
     *
     * @throws RuntimeFailure with {@code store.failed} if the folder cannot be listed
     */
    List<ModelName> names() {
        List<ModelName> names = new ArrayList<>();
        if (!Files.exists(paths.manifests())) {
            return names;
        }
        List<Path> hosts;
        try {
            hosts = entries(paths.manifests(), ModelAddress::validHost);
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot list the manifests of the model store ("
                    + e.getClass().getSimpleName() + "); check that the store's folder is readable", e);
        }
        for (Path host : hosts) {
            for (Path namespace : entriesOrNone(host, ModelAddress::validNamespace)) {
                for (Path model : entriesOrNone(namespace, ModelAddress::validPart)) {
                    for (Path tag : entriesOrNone(model, ModelAddress::validPart)) {
                        names.add(new ModelName(text(host), text(namespace), text(model), text(tag)));
                    }
                }
            }
        }
        return names;
    }

    /** Returns the stored spelling of a name: itself, or one that differs in case. */
    Optional<ModelName> stored(ModelName name) {
        List<ModelName> names = names();
        if (names.contains(name)) {
            return Optional.of(name);
        }
        // a listing may miss a file that is being replaced, looking at it does not
        return names.stream().filter(name::same).findFirst()
                .or(() -> Files.isRegularFile(paths.manifest(name)) ? Optional.of(name) : Optional.empty());
    }

    /**
     * Returns how a name will be spelled when it is written: each part as the store already spells it, if it does.
     */
    ModelName spelling(ModelName name) {
        List<ModelName> names = names();
        if (names.contains(name)) {
            return name;
        }
        return names.stream().filter(name::same).findFirst().orElseGet(() -> new ModelName(
                part(name.host(), names.stream().map(ModelName::host).toList()),
                part(name.namespace(), names.stream().map(ModelName::namespace).toList()),
                part(name.model(), names.stream().map(ModelName::model).toList()),
                part(name.tag(), names.stream().map(ModelName::tag).toList())));
    }

    private static String part(String part, List<String> stored) {
        return stored.contains(part) ? part : stored.stream().filter(part::equalsIgnoreCase).findFirst().orElse(part);
    }

    /**
     * Reads the manifest of a name in its stored spelling.
     *
     * @return nothing if there is none (any more)
     * @throws RuntimeFailure with {@code model.file_invalid} for a damaged one, with {@code store.failed} if it cannot be read
     */
    Optional<Manifest> read(ModelName name) {
        Path path = paths.manifest(name);
        try {
            Optional<byte[]> bytes = paths.readManifest(path);
            return bytes.isEmpty() ? Optional.empty()
                    : Optional.of(Manifest.parse(name, bytes.get(), Files.getLastModifiedTime(path).toInstant()));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException e) {
            throw new RuntimeFailure(ErrorCode.STORE_FAILED, "cannot read the manifest of " + name.display() + " ("
                    + e.getClass().getSimpleName() + "); check that it is readable and no longer than a manifest can be", e);
        }
    }

    private static List<Path> entriesOrNone(Path folder, Predicate<String> valid) {
        try {
            return Files.isDirectory(folder) ? entries(folder, valid) : List.of();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "skipped a folder of manifests that cannot be listed: " + folder, e);
            return List.of();
        }
    }

    private static List<Path> entries(Path folder, Predicate<String> valid) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path entry : stream) {
                if (valid.test(text(entry))) {
                    entries.add(entry);
                } else {
                    LOG.log(Level.DEBUG, "skipped {0}: not a part of a model name", entry);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(null);
        return entries;
    }

    private static String text(Path path) {
        return path.getFileName().toString();
    }
}
