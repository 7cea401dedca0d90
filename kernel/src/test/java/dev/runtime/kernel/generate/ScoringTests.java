package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.ScoreRequest;
import dev.runtime.api.inference.ScoreResult;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.FakeStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scores and tokenizers through the service, on a device that is not there. */
@Timeout(60)
class ScoringTests {
    private static final int[] WINDOW = {FakeLanguage.GO, 'a', 'x'};

    @TempDir
    Path folder;

    private final List<RuntimeEvent> published = new ArrayList<>();
    private FakeStack stack;
    private InferenceService service;

    @BeforeEach
    void open() {
        stack = new FakeStack(folder);
        stack.device.script = "ab";
        stack.events.subscribe(published::add);
        Map<String, StoredModel> stored = Map.of("text", stack.model("text", Map.of("fake.add_begin", true)),
                "vectors", stack.model("vectors", Map.of("fake.pooling", "MEAN")));
        service = EngineServices.open(stack, stored, 2, 1);
    }

    @AfterEach
    void nothingIsLeft() {
        service.close();
        assertEquals(0, stack.device.open.get());
        assertEquals(0, stack.format.open.get());
    }

    @Test
    void whatTheModelWouldSayIsLikelyAndSomethingElseIsNot() {
        ScoreResult result = service.score(ScoreRequest.of("text", WINDOW), Cancellation.none());
        // the language's next byte has the score 20, all others have noise from -2 to 2
        assertEquals(2, result.logprobs().length);
        assertEquals(0, result.logprobs()[0], 1e-5);
        assertEquals(-20, result.logprobs()[1], 2.01);
        assertEquals(3, result.usage().promptTokens());
        assertTrue(result.usage().total().compareTo(result.usage().load()) > 0);
        assertEquals("ok", ((RuntimeEvent.RequestEnded) published.getLast()).outcome());
    }

    @Test
    void theFirstScoredTokenCanBeChosenAndOptionsCount() {
        double[] all = service.score(ScoreRequest.of("text", WINDOW), Cancellation.none()).logprobs();
        ScoreRequest last = new ScoreRequest("text", WINDOW, 2, Options.of(Map.of("num_ctx", 64, "nonsense", 1)), new KeepAlive.Unchanged());
        ScoreResult result = service.score(last, Cancellation.none());
        assertArrayEquals(new double[] {all[1]}, result.logprobs(), 1e-12);
        assertEquals(List.of("unknown option \"nonsense\" was ignored"), result.notes());
    }

    @Test
    void aModelThatEmbedsIsRefused() {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class,
                () -> service.score(ScoreRequest.of("vectors", WINDOW), Cancellation.none()));
        assertEquals(ErrorCode.REQUEST_UNSUPPORTED, failure.code());
        assertTrue(failure.getMessage().contains("gives embeddings"), failure.getMessage());
    }

    @Test
    void cancellationEndsAScore() {
        Cancellation cancellation = new Cancellation();
        stack.device.watcher = inputs -> cancellation.cancel();
        int[] window = new int[200];
        RuntimeFailure failure = assertThrows(RuntimeFailure.class,
                () -> service.score(ScoreRequest.of("text", window), cancellation));
        assertEquals(ErrorCode.REQUEST_CANCELLED, failure.code());
    }

    @Test
    void aTokenizerNeedsNoLoadedModel() {
        assertArrayEquals(new int[] {FakeLanguage.BEGIN, 'a', FakeLanguage.GO},
                service.tokenizer("text").encode("a<go>", true, true));
        assertEquals(List.of(), service.loaded());
        assertEquals(ErrorCode.MODEL_NOT_FOUND, assertThrows(RuntimeFailure.class, () -> service.tokenizer("none")).code());
    }
}
