package dev.runtime.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Embedding models over HTTP: three families from the store, each with another pooling, against the vectors of llama.cpp. */
class EmbeddingModelTests {
    /** What keys and values of 16 bits, and a GELU from a table of half floats, cost at most, as a share of the vector's square. */
    private static final double TOLERANCE = 1e-5;
    private static final int CONTEXT = 256;

    @TempDir
    Path home;

    @Test
    void vectorsAreTheReferences() throws IOException {
        JsonNode models;
        try (InputStream in = getClass().getResourceAsStream("/embeddings.json")) {
            models = JsonMapper.shared().readTree(in).get("models");
        }
        for (JsonNode model : models.values()) {
            String name = model.get("name").asString();
            WrittenStore.in(home).model(name, WrittenStore.golden(name), Map.of());
        }
        try (Image.Server server = Image.serve(home)) {
            for (JsonNode model : models.values()) {
                String name = model.get("name").asString();
                List<String> texts = model.get("texts").valueStream().map(t -> t.get("text").asString()).toList();
                List<double[]> raw = model.get("texts").valueStream().map(t -> vector(t.get("vector"))).toList();
                List<double[]> unit = raw.stream().map(EmbeddingModelTests::normalised).toList();
                same(unit, embed(server, name, texts));
                same(unit.reversed(), embed(server, name, texts.reversed()));
                same(List.of(raw.getFirst()), List.of(vector(
                        post(server, "/api/embeddings", Map.of("model", name, "prompt", texts.getFirst())).get("embedding"))));
                // more than a step holds
                same(Collections.nCopies(70, unit.get(1)), embed(server, name, Collections.nCopies(70, texts.get(1))));
                longTextsAreCutOrRefused(server, name);
                nothingGivesNothing(server, name);
            }
        }
    }

    private static void longTextsAreCutOrRefused(Image.Server server, String model) {
        String text = "river ".repeat(CONTEXT);
        JsonNode cut = post(server, "/api/embed", Map.of("model", model, "input", text));
        assertEquals(CONTEXT, cut.get("prompt_eval_count").asInt());
        assertTrue(cut.get("notes").get(0).asString().endsWith("was cut at its end to the context of " + CONTEXT), cut.toString());
        assertEquals("the input length exceeds the context length",
                post(server, "/api/embed", Map.of("model", model, "input", text, "truncate", false)).get("error").asString());
    }

    private static void nothingGivesNothing(Image.Server server, String model) {
        for (Object nothing : List.of("", List.of())) {
            assertEquals(0, post(server, "/api/embed", Map.of("model", model, "input", nothing)).get("embeddings").size());
        }
    }

    private static List<double[]> embed(Image.Server server, String model, List<String> texts) {
        JsonNode reply = post(server, "/api/embed", Map.of("model", model, "input", texts));
        return reply.path("embeddings").valueStream().map(EmbeddingModelTests::vector).toList();
    }

    private static JsonNode post(Image.Server server, String path, Map<String, ?> body) {
        return JsonMapper.shared().readTree(server.post(path, JsonMapper.shared().writeValueAsString(body)).body());
    }

    private static void same(List<double[]> expected, List<double[]> actual) {
        assertEquals(expected.size(), actual.size());
        for (int i = 0; i < expected.size(); i++) {
            double[] e = expected.get(i);
            double[] a = actual.get(i);
            assertEquals(e.length, a.length);
            double error = IntStream.range(0, e.length).mapToDouble(j -> (e[j] - a[j]) * (e[j] - a[j])).sum();
            double square = IntStream.range(0, e.length).mapToDouble(j -> e[j] * e[j]).sum();
            assertTrue(error <= TOLERANCE * square, "vector " + i + " is off by " + error / square);
        }
    }

    private static double[] vector(JsonNode values) {
        return values.valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }

    private static double[] normalised(double[] vector) {
        double norm = Math.sqrt(IntStream.range(0, vector.length).mapToDouble(i -> vector[i] * vector[i]).sum());
        return IntStream.range(0, vector.length).mapToDouble(i -> vector[i] / norm).toArray();
    }
}
