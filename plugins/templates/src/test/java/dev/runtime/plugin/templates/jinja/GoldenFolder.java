package dev.runtime.plugin.templates.jinja;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds golden data: the folder of the property {@code golden.dir} or beside the repository, and the copy in the test resources. */
final class GoldenFolder {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private GoldenFolder() {}

    /** Returns the full set, or skips the test. */
    static Path full() {
        Path root = Path.of(System.getProperty("repo.root", "."));
        Path folder =
                Optional.ofNullable(System.getProperty("golden.dir"))
                        .map(Path::of)
                        .orElseGet(() -> root.toAbsolutePath().resolveSibling("shared").resolve("golden"))
                        .resolve("templates");
        Assumptions.assumeTrue(Files.isRegularFile(folder.resolve("index.json")), () -> "no golden templates in " + folder);
        return folder;
    }

    /** Returns the copy that comes with the sources. */
    static Path compact() throws Exception {
        return Path.of(GoldenFolder.class.getResource("/golden/templates/index.json").toURI()).getParent();
    }

    static JsonNode json(Path file) {
        return MAPPER.readTree(file);
    }

    static List<JsonNode> templates(Path folder) {
        return Stream.of(json(folder.resolve("index.json"))).flatMap(index -> index.get("templates").valueStream()).toList();
    }
}
