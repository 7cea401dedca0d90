package dev.runtime.plugin.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.ScoreRequest;
import dev.runtime.api.testkit.FakeModels;
import dev.runtime.api.testkit.FakeRuntime;
import dev.runtime.api.testkit.FakeSettings;
import dev.runtime.api.testkit.ScriptedInference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The command on an engine whose tokens have the probability of one in their id, so that a chunk's perplexity is the mean of ids. */
class PerplexityCommandTests {
    @TempDir
    Path folder;

    private final ScriptedInference inference = new ScriptedInference().tokenizes(new CharTokenizer(true));
    private FakeContext context = context("");

    @Test
    void theSecondHalfOfEachChunkIsScored() throws IOException {
        assertEquals(0, run("demo", "--file", text("abcdefgh".repeat(2)), "--context", "8"));
        List<ScoreRequest> scored = scored();
        // the begin token takes the place of a token
        assertEquals(2, scored.size());
        assertArrayEquals(new int[] {256, 'a', 'b', 'c', 'd', 'e', 'f', 'g'}, scored.get(0).tokens());
        assertArrayEquals(new int[] {256, 'a', 'b', 'c', 'd', 'e', 'f', 'g'}, scored.get(1).tokens());
        assertEquals(5, scored.getFirst().from());
        assertEquals(8, scored.getFirst().options().values().get("num_ctx"));
        double mean = Math.cbrt('e' * 'f' * 'g');
        // all chunks are the same, so the deviation is that of one chunk, over the root of one token less
        double deviation = deviation(Math.log('e'), Math.log('f'), Math.log('g'));
        assertEquals(String.format(Locale.ROOT, """
                chunk 1 of 2: perplexity %.4f
                chunk 2 of 2: perplexity %.4f
                perplexity %.4f +/- %.4f (2 chunks of 8 tokens, 6 tokens scored)
                """, mean, mean, mean, mean * deviation / Math.sqrt(5)), context.output());
        assertEquals("", context.errors());
    }

    @Test
    void withAStrideTheLastTokensAreScored() throws IOException {
        context = context("abcdefghijkl");
        assertEquals(0, run("demo", "--file", "-", "--context", "6", "--stride", "2", "--json"));
        List<ScoreRequest> scored = scored();
        // 13 tokens with the begin token: windows begin at 0, 2, 4 and 6
        assertEquals(4, scored.size());
        assertEquals(4, scored.getFirst().from());
        assertArrayEquals(new int[] {256, 'c', 'd', 'e', 'f', 'g'}, scored.get(1).tokens());
        JsonNode json = JsonMapper.shared().readTree(context.output());
        double product = 1;
        for (char c = 'd'; c <= 'k'; c++) {
            product *= c;
        }
        assertEquals(Math.pow(product, 1.0 / 8), json.get("perplexity").asDouble(), 1e-9);
        assertEquals(Math.log(product) / 8, json.get("mean_negative_logprob").asDouble(), 1e-12);
        assertEquals(8, json.get("tokens_scored").asInt());
        assertEquals(12, json.get("tokens").asInt());
        assertEquals(4, json.get("chunks").asInt());
        assertEquals("demo", json.get("model").asString().replaceFirst(":.*", ""));
    }

    @Test
    void whatCannotBeMeasuredIsRefusedWithTheReason() throws IOException {
        refused("the text in " + text("") + " is empty", "demo", "--file", text(""));
        refused("has 100 tokens, a chunk takes 512; give a longer text or a smaller --context", "demo", "--file", text("x".repeat(100)));
        refused("cannot be read (NoSuchFileException)", "demo", "--file", folder.resolve("none").toString());
        refused("there is no text", "demo");
        refused("--context is '3'; give a number from 4", "demo", "--file", text("x"), "--context", "3");
        refused("--stride is 'many'", "demo", "--file", text("x"), "--stride", "many");
        refused("--stride is '17'; give a number from 1 to 16", "demo", "--file", text("x"), "--context", "16", "--stride", "17");
        inference.fails(new RuntimeFailure(ErrorCode.REQUEST_UNSUPPORTED, "bert gives embeddings"));
        refused("bert gives embeddings", "demo", "--file", text("x".repeat(600)));
    }

    @Test
    void anErrorNeedsTwoTokens() {
        Perplexity perplexity = new Perplexity();
        perplexity.add(new double[] {Math.log(0.25)});
        assertEquals(4, perplexity.value(), 1e-12);
        assertEquals(0, perplexity.error());
        perplexity.add(new double[] {Math.log(0.25)});
        assertEquals(0, perplexity.error(), 1e-6);
        perplexity.add(new double[] {0, Double.NEGATIVE_INFINITY});
        assertEquals(Double.POSITIVE_INFINITY, perplexity.value());
    }

    private List<ScoreRequest> scored() {
        return inference.asked().stream().filter(ScoreRequest.class::isInstance).map(ScoreRequest.class::cast).toList();
    }

    private static double deviation(double... values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Math.sqrt(Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow());
    }

    private void refused(String reason, String... arguments) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, () -> run(arguments));
        assertTrue(failure.getMessage().contains(reason), failure.getMessage());
    }

    private String text(String content) throws IOException {
        return Files.writeString(folder.resolve("text-" + content.length()), content).toString();
    }

    private FakeContext context(String input) {
        return new FakeContext(new FakeRuntime(new FakeModels(), inference, FakeSettings.DEFAULTS), input);
    }

    private int run(String... arguments) throws IOException {
        return new PerplexityCommand().run(List.of(arguments), context);
    }
}
