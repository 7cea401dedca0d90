package dev.runtime.kernel.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Keeps paths of outside names in one class: the same hole was once opened anew in a second one, elsewhere. */
class OnePathClassTests {
    private static final Pattern MAKES_PATHS = Pattern.compile("\\.resolve(Sibling)?\\(|Paths?\\.(of|get)\\(|new File\\(");
    /** The user's home and the constant below it are no names from outside. */
    private static final List<String> ALLOWED = List.of(
            "return defaultRoot(Path.of(System.getProperty(\"user.home\")));", "return home.resolve(StoreNames.text(\"folder\"));");

    @Test
    void onlyBlobPathMakesPaths() throws IOException {
        Path sources = Path.of("src/main/java/dev/runtime/kernel/store");
        assertTrue(Files.exists(sources.resolve("BlobPath.java")), "tests run in the module's folder");
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(sources)) {
            for (Path file : files.filter(f -> !f.endsWith("BlobPath.java")).toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (MAKES_PATHS.matcher(line).find() && !ALLOWED.contains(line.strip())) {
                        found.add(file.getFileName() + ": " + line.strip());
                    }
                }
            }
        }
        assertEquals(List.of(), found);
    }
}
