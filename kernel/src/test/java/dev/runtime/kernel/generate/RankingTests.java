package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.RankRequest;
import dev.runtime.api.inference.RankResult;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelShape.Pooling;
import dev.runtime.kernel.testing.FakeTokenizer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Documents judged by a reranker. */
class RankingTests extends ServiceFixture {
    @BeforeEach
    void ranks() {
        runner.pooling = Pooling.RANK;
        runner.tokenizer = new FakeTokenizer(true, true);
        runner.embedder = ids -> new float[] {ids.length};
    }

    @Test
    void everyDocumentIsAPairWithTheQuery() {
        RankResult result = service.rank(RankRequest.of("embed", "q", List.of("a", "bcd")), Cancellation.none());
        int end = runner.tokenizer.end().orElseThrow();
        assertArrayEquals(new int[] {256, 'q', end, 'a', end}, runner.embedded.getFirst()[0]);
        assertArrayEquals(new double[] {5, 7}, result.scores());
        assertEquals(12, result.usage().promptTokens());
        assertEquals(150, service.rank(RankRequest.of("embed", "q", Collections.nCopies(150, "x")), Cancellation.none()).scores().length);
    }

    @Test
    void aModelMaySayHowItIsAsked() {
        runner.metadata = new Metadata(Map.of("tokenizer.chat_template.rerank", "Q:{query};D:{document}"));
        service.rank(RankRequest.of("embed", "{document}", List.of("$1")), Cancellation.none());
        int[] asked = runner.embedded.getFirst()[0];
        StringBuilder text = new StringBuilder();
        for (int id : asked) {
            text.append(id < 256 ? Character.toString(id) : "");
        }
        assertEquals("Q:{document};D:$1", text.toString());
    }

    @Test
    void longDocumentsAreCutOrRefused() {
        runner.batch = 9;
        RankResult result = service.rank(RankRequest.of("embed", "q", List.of("abcdefghijklmnop")), Cancellation.none());
        assertTrue(runner.embedded.getFirst()[0].length <= 9);
        assertEquals(1, result.notes().size());
        RankRequest whole = new RankRequest("embed", "q", List.of("abcdefghijklmnop"), false, Options.NONE, new KeepAlive.Unchanged());
        assertEquals(ErrorCode.CONTEXT_EXCEEDED, assertThrows(RuntimeFailure.class, () -> service.rank(whole, Cancellation.none())).code());
        RankRequest query = RankRequest.of("embed", "a query that is too long", List.of("a"));
        assertEquals(ErrorCode.CONTEXT_EXCEEDED, assertThrows(RuntimeFailure.class, () -> service.rank(query, Cancellation.none())).code());
    }

    @Test
    void othersDoNotRank() {
        runner.pooling = Pooling.MEAN;
        RuntimeFailure failure = assertThrows(RuntimeFailure.class,
                () -> service.rank(RankRequest.of("embed", "q", List.of("a")), Cancellation.none()));
        assertEquals(ErrorCode.REQUEST_UNSUPPORTED, failure.code());
    }

    @Test
    void aScoreThatIsNoNumberIsAFault() {
        runner.embedder = ids -> new float[] {Float.NaN};
        assertEquals(ErrorCode.DEVICE_FAILED, assertThrows(RuntimeFailure.class,
                () -> service.rank(RankRequest.of("embed", "q", List.of("a")), Cancellation.none())).code());
    }
}
