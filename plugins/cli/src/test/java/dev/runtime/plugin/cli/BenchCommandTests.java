package dev.runtime.plugin.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.testkit.FakeModels;
import dev.runtime.api.testkit.FakeRuntime;
import dev.runtime.api.testkit.FakeSettings;
import dev.runtime.api.testkit.ScriptedInference;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command on an engine where every prompt takes half a second and every output two. */
class BenchCommandTests {
    private static final Usage USAGE = new Usage(100, 20, 11, Duration.ofSeconds(3), Duration.ofMillis(1), Duration.ZERO,
            Duration.ofMillis(500), Duration.ofSeconds(2));

    private final ScriptedInference inference = new ScriptedInference().tokenizes(new CharTokenizer(true))
            .plays(List.of(new GenerationEvent.Done(FinishReason.LENGTH, USAGE, List.of(), new int[0])));
    private final FakeContext context = new FakeContext(new FakeRuntime(new FakeModels(), inference, FakeSettings.DEFAULTS), "");

    @Test
    void ratesAreThoseOfTheUsage() {
        assertEquals(0, run("demo", "--prompt", "80", "--generate", "11", "--parallel", "1", "--shared", "40", "--rounds", "2", "--json"));
        JsonNode tests = JsonMapper.shared().readTree(context.output()).get("tests");
        assertEquals("pp80", tests.get(0).get("test").asString());
        // 80 of 100 tokens were not cached
        assertEquals(160, tests.get(0).get("median").asDouble(), 1e-9);
        assertEquals("tg11", tests.get(1).get("test").asString());
        assertEquals(5, tests.get(1).get("median").asDouble(), 1e-9);
        assertEquals(500, tests.get(2).get("median").asDouble(), 1e-9);
        assertEquals(500, tests.get(3).get("median").asDouble(), 1e-9);
        assertEquals(2, tests.get(3).get("values").size());
    }

    @Test
    void onlySharedPromptsBeginAlikeAndNothingIsGuessed() {
        run("demo", "--prompt", "64", "--generate", "4", "--parallel", "1", "--shared", "32", "--rounds", "1", "--csv");
        List<GenerateRequest> asked = inference.asked().stream().filter(GenerateRequest.class::isInstance)
                .map(GenerateRequest.class::cast).toList();
        assertEquals(4 * 5, asked.size(), "each part once, three times no faster, and once counted; the shared one with two prompts");
        assertFalse(Arrays.equals(ids(asked.get(0)), ids(asked.get(1))));
        assertEquals(64, ids(asked.get(0)).length);
        for (int i = 10; i < 20; i += 2) {
            int[] first = ids(asked.get(i));
            int[] second = ids(asked.get(i + 1));
            assertTrue(Arrays.equals(first, 0, 32, second, 0, 32));
            assertFalse(Arrays.equals(first, second));
        }
        assertTrue(asked.stream().allMatch(r -> r.options().values().get("draft_num_predict").equals(0)));
        assertEquals("model,device,test,unit,median,least,most,rounds", context.output().lines().findFirst().orElseThrow());
    }

    @Test
    void whatGuessesBringIsMeasuredInTurnsOnTheSameTexts() {
        run("demo", "--prompt", "0", "--generate", "11", "--parallel", "1", "--shared", "0", "--rounds", "2", "--speculate", "--json");
        JsonNode tests = JsonMapper.shared().readTree(context.output()).get("tests");
        assertEquals(List.of("tg11", "copy11, no guesses", "copy11, guesses", "noise11, no guesses", "noise11, guesses"),
                tests.valueStream().map(test -> test.get("test").asString()).toList());
        List<GenerateRequest> asked = inference.asked().stream().filter(GenerateRequest.class::isInstance)
                .map(GenerateRequest.class::cast).toList();
        assertEquals(6 + 2 * 6, asked.size());
        for (int i = 6; i < asked.size(); i += 2) {
            assertEquals(0, asked.get(i).options().values().get("draft_num_predict"));
            assertEquals(-1, asked.get(i + 1).options().values().get("draft_num_predict"));
            assertEquals(asked.get(i).options().values().get("seed"), asked.get(i + 1).options().values().get("seed"));
            assertTrue(Arrays.equals(ids(asked.get(i)), ids(asked.get(i + 1))));
        }
    }

    @Test
    void whatCannotBeMeasuredIsRefused() {
        RuntimeFailure parallel = assertThrows(RuntimeFailure.class, () -> run("demo", "--parallel", "1,0"));
        assertTrue(parallel.getMessage().contains("--parallel is '1,0'"), parallel.getMessage());
        RuntimeFailure size = assertThrows(RuntimeFailure.class, () -> run("demo", "--depth", "1000000"));
        assertTrue(size.getMessage().contains("choose smaller sizes"), size.getMessage());
    }

    private static int[] ids(GenerateRequest request) {
        return ((Prompt.Tokens) request.prompt()).ids();
    }

    private int run(String... arguments) {
        return new BenchCommand().run(List.of(arguments), context);
    }
}
