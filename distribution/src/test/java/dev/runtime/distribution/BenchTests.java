package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bench command on the demo model: that it measures, not how much. */
class BenchTests {
    @TempDir
    Path home;

    @Test
    void everyPartGivesAFigure() {
        Image.Finished run = Image.run(home, "", "bench", "demo", "--prompt", "64", "--generate", "16", "--depth", "8", "--parallel", "1,3",
                "--shared", "256", "--rounds", "1", "--json");
        assertEquals(0, run.status(), run.err());
        JsonNode tests = JsonMapper.shared().readTree(run.out()).get("tests");
        List<String> names = StreamSupport.stream(tests.spliterator(), false).map(t -> t.get("test").asString()).toList();
        assertEquals(List.of("pp64", "tg16 @8", "tg16 @8 x3", "first token, 256 new", "first token, 256 shared"), names);
        for (JsonNode test : tests) {
            assertTrue(test.get("median").asDouble() > 0, test.toString());
        }
    }
}
