package dev.runtime.api.testkit;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds reference data: the folder named by {@code -Dgolden.dir}, else {@code ../shared/golden} beside the checkout, else the compact
 * copy among a module's test resources.
 */
public final class GoldenFolder {
    private GoldenFolder() {}

    /**
     * Returns the subfolder {@code part} of the golden folder outside the repository, if it is there. A folder given by
     * {@code -Dgolden.dir} may also be that part itself.
     *
     * @throws IllegalStateException if {@code -Dgolden.dir} names a folder without this part and without an index of its own
     */
    public static Optional<Path> outside(String part) {
        String given = System.getProperty("golden.dir", "");
        if (!given.isBlank()) {
            Path folder = Path.of(given).toAbsolutePath().normalize();
            if (Files.isDirectory(folder.resolve(part))) {
                return Optional.of(folder.resolve(part));
            }
            if (Files.isRegularFile(folder.resolve("index.json"))) {
                return Optional.of(folder);
            }
            throw new IllegalStateException("-Dgolden.dir=" + given + " has neither " + part + "/ nor index.json");
        }
        Path shared = Path.of(System.getProperty("repo.root", ".")).toAbsolutePath().normalize().resolveSibling("shared")
                .resolve("golden").resolve(part);
        return Files.isDirectory(shared) ? Optional.of(shared) : Optional.empty();
    }

    /** Returns the compact copy {@code golden/PART} among the test resources of the module of {@code owner}. */
    public static Path compact(Class<?> owner, String part) {
        URL url = owner.getResource("/golden/" + part + "/index.json");
        if (url == null) {
            // resources of a named module are hidden from this one; Surefire runs in the module's folder
            Path source = Path.of(System.getProperty("basedir", ".")).toAbsolutePath().resolve("src/test/resources/golden").resolve(part);
            if (Files.isRegularFile(source.resolve("index.json"))) {
                return source;
            }
            throw new IllegalStateException("no test resource golden/" + part + "/index.json");
        }
        try {
            return Path.of(url.toURI()).getParent();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
