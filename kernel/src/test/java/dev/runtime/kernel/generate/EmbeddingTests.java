package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import dev.runtime.api.model.ModelShape.Pooling;
import dev.runtime.kernel.testing.FakeTokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Vectors of texts. */
class EmbeddingTests extends ServiceFixture {
    @Test
    void vectorsAreNormalisedAndInOrder() {
        embeds(ids -> new float[] {ids[1], 0, 4});
        EmbedResult result = service.embed(embedRequest("embed", true, 0, "\003", "\000"), Cancellation.none());
        assertArrayEquals(new float[] {0.6f, 0, 0.8f}, result.vectors().get(0), 1e-6f);
        assertArrayEquals(new float[] {0, 0, 1}, result.vectors().get(1), 1e-6f);
        assertEquals(6, result.usage().promptTokens());
        assertTrue(result.usage().load().isPositive());
    }

    @Test
    void dimensionsAreCutAndNormalisedAgain() {
        embeds(ids -> new float[] {3, 4, 12});
        assertArrayEquals(new float[] {0.6f, 0.8f},
                service.embed(embedRequest("embed", true, 2, "a"), Cancellation.none()).vectors().getFirst(), 1e-6f);
        assertEquals(3, service.embed(embedRequest("embed", true, 9, "a"), Cancellation.none()).vectors().getFirst().length);
        EmbedRequest raw = new EmbedRequest("embed", List.of("a"), true, 0, false, Options.NONE, new KeepAlive.Unchanged());
        assertArrayEquals(new float[] {3, 4, 12}, service.embed(raw, Cancellation.none()).vectors().getFirst());
    }

    @Test
    void vectorOfZerosStays() {
        embeds(ids -> new float[2]);
        assertArrayEquals(new float[2], service.embed(embedRequest("embed", true, 0, "a"), Cancellation.none()).vectors().getFirst());
    }

    @Test
    void longTextIsCutAtItsEndOrRefused() {
        embeds(ids -> new float[] {1});
        runner.batch = 8;
        EmbedResult result = service.embed(embedRequest("embed", true, 0, "abcdefghijk", "short"), Cancellation.none());
        assertArrayEquals(new int[] {256, 'a', 'b', 'c', 'd', 'e', 'f', 259}, runner.embedded.getFirst()[0]);
        assertEquals(7, runner.embedded.getFirst()[1].length);
        assertEquals(1, result.notes().size());
        RuntimeFailure e = assertThrows(RuntimeFailure.class,
                () -> service.embed(embedRequest("embed", false, 0, "abcdefghijk"), Cancellation.none()));
        assertTrue(e.getMessage().startsWith("the input length exceeds the context length"));
        runner.batch = 2;
        e = assertThrows(RuntimeFailure.class, () -> service.embed(embedRequest("embed", true, 0, "abc"), Cancellation.none()));
        assertEquals("input after truncation exceeds maximum context length", e.getMessage());
    }

    @Test
    void manyTextsGoInGroups() {
        embeds(ids -> new float[] {1});
        String[] texts = new String[150];
        Arrays.fill(texts, "x");
        assertEquals(150, service.embed(embedRequest("embed", true, 0, texts), Cancellation.none()).vectors().size());
        assertEquals(List.of(64, 64, 22), runner.embedded.stream().map(g -> g.length).toList());
    }

    @Test
    void vectorsThatAreNotFiniteAreAFailure() {
        embeds(ids -> new float[] {Float.NaN});
        assertEquals("embedding contains NaN or Inf values", assertThrows(RuntimeFailure.class,
                () -> service.embed(embedRequest("embed", true, 0, "a"), Cancellation.none())).getMessage());
    }

    @Test
    void modelThatGeneratesDoesNotEmbedButLoads() {
        assertEquals("this model does not support embeddings", assertThrows(RuntimeFailure.class,
                () -> service.embed(embedRequest("chat", true, 0, "a"), Cancellation.none())).getMessage());
        assertEquals(List.of(), service.embed(embedRequest("chat", true, 0), Cancellation.none()).vectors());
        assertEquals(1, service.loaded().size());
        service.unload("chat");
    }

    private void embeds(Function<int[], float[]> embedder) {
        runner.tokenizer = new FakeTokenizer(true, true);
        runner.pooling = Pooling.MEAN;
        runner.embedder = embedder;
    }
}
