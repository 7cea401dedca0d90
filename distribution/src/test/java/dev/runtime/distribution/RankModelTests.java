package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Rerankers over HTTP, from texts to scores, against llama.cpp v0.5.0 (haswell) on the tokens of the pairs as BERT was trained on them:
 * {@code [CLS] query [SEP] document [SEP]}. Its own server leaves out the last one.
 */
class RankModelTests {
    /** What keys and values of 16 bits, and a GELU from a table of half floats, cost at most. */
    private static final double TOLERANCE = 3e-3;

    private static final String QUERY = "the river";
    private static final List<String> DOCUMENTS = List.of("water and house", "a river", "the");
    private static final Map<String, double[]> SCORES = Map.of(
            "bert-rank", new double[] {0.4077902, 0.3888576, 0.7390931},
            "jina-bert-v2-rank", new double[] {0.1348037, 0.3276326, 0.0356763});

    @TempDir
    Path home;

    @Test
    void scoresAreTheReferences() throws IOException {
        for (String name : SCORES.keySet()) {
            WrittenStore.in(home).model(name, WrittenStore.golden(name), Map.of());
        }
        try (Image.Server server = Image.serve(home)) {
            SCORES.forEach((name, scores) -> {
                JsonNode reply = JsonMapper.shared().readTree(server.post("/v1/rerank", JsonMapper.shared().writeValueAsString(
                        Map.of("model", name, "query", QUERY, "documents", DOCUMENTS))).body());
                double above = Double.POSITIVE_INFINITY;
                for (JsonNode result : reply.path("results").values()) {
                    double score = result.get("relevance_score").asDouble();
                    assertEquals(scores[result.get("index").asInt()], score, TOLERANCE, name + ": " + reply);
                    assertEquals(Math.max(above, score), above, "the best come first");
                    above = score;
                }
                assertEquals(DOCUMENTS.size(), reply.path("results").size(), reply.toString());
            });
        }
    }
}
