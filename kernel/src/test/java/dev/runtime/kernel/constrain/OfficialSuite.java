package dev.runtime.kernel.constrain;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Cases of the JSON Schema Test Suite: the whole set of draft 4, which a package brings, and a selection of draft 2020-12. */
final class OfficialSuite {
    private static final String PACKAGE = "json-schema-test-suite@0.0.10";
    private static final Path FOLDER = Path.of("target", "json-schema-test-suite");

    private OfficialSuite() {}

    /**
     * A schema, a value, and whether that is valid.
     *
     * @param place where it stands in the suite
     */
    record Case(String place, Object schema, Object data, boolean valid) {}

    /** Returns what of draft 4 the suite demands of every validator; skips the test where the package cannot be had. */
    static List<Case> draft4() throws IOException {
        fetch();
        List<Case> cases = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER.resolve("node_modules/json-schema-test-suite/tests/draft4"))) {
            for (Path file : files.filter(each -> each.toString().endsWith(".json")).sorted().toList()) {
                cases.addAll(read(file.getFileName().toString(), JsonMapper.shared().readTree(file)));
            }
        }
        return cases;
    }

    /** Returns cases of the keywords that came later. */
    static List<Case> draft2020() throws IOException {
        try (InputStream in = OfficialSuite.class.getResourceAsStream("official-2020.json")) {
            return read("2020", JsonMapper.shared().readTree(in));
        }
    }

    private static List<Case> read(String file, JsonNode groups) {
        List<Case> cases = new ArrayList<>();
        for (JsonNode group : groups) {
            Object schema = plain(group.get("schema"));
            for (JsonNode test : group.get("tests")) {
                JsonNode data = test.isArray() ? test.get(0) : test.get("data");
                boolean valid = (test.isArray() ? test.get(1) : test.get("valid")).asBoolean();
                cases.add(new Case(file + " " + cases.size(), schema, plain(data), valid));
            }
        }
        return cases;
    }

    private static Object plain(JsonNode node) {
        return JsonMapper.shared().convertValue(node, Object.class);
    }

    private static void fetch() throws IOException {
        if (Files.isDirectory(FOLDER.resolve("node_modules"))) {
            return;
        }
        Files.createDirectories(FOLDER);
        Files.writeString(FOLDER.resolve("package.json"), JsonMapper.shared().writeValueAsString(Map.of("private", true)));
        boolean there;
        try {
            Process npm = new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", PACKAGE)
                    .directory(FOLDER.toFile()).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
            there = npm.waitFor(60, TimeUnit.SECONDS) && npm.exitValue() == 0;
            npm.destroy();
        } catch (IOException e) {
            there = false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        assumeTrue(there, "npm is not installed, or the registry with " + PACKAGE + " is not in reach");
    }
}
