package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.SamplingOptions;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.AllocationMeter;
import dev.runtime.kernel.testing.FakeStack;
import dev.runtime.kernel.testing.QuietProgram;
import dev.runtime.kernel.testing.Requests;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AllocationTests {
    private static final int WARM_UP = 6_000;
    private static final int MEASURED = 400;

    @TempDir
    Path folder;

    @Test
    void steadyGreedyDecodingAllocatesNothing() throws InterruptedException {
        long perToken = bytesPerToken(Requests.GREEDY, -1);
        assertTrue(perToken < 64, perToken + " bytes a token");
    }

    @Test
    void steadySamplingWithLogProbabilitiesAllocatesNothing() throws InterruptedException {
        long perToken = bytesPerToken(new SamplingOptions(0.8, 40, 0.9, 0.05, 0.95, 64, 1.1, 0.1, 0.1, 1, Map.of(5, 1.0)), 5);
        assertTrue(perToken < 64, perToken + " bytes a token");
    }

    @Test
    void steadyDrawsFromTheWholeVocabularyAllocateNothing() throws InterruptedException {
        long perToken = bytesPerToken(new SamplingOptions(1, 0, 1, 0, 1, 0, 1, 0, 0, 1, Map.of()), -1);
        assertTrue(perToken < 64, perToken + " bytes a token");
    }

    @Test
    void guessingWithADraftModelAllocatesNothing() throws InterruptedException {
        FakeStack stack = new FakeStack(folder);
        StoredModel m = stack.model("m", Map.of("fake.context", 2 * (WARM_UP + MEASURED)));
        StoredModel draft = stack.model("d", Map.of("fake.context", 2 * (WARM_UP + MEASURED)));
        long perToken = bytesPerToken(stack, new StoredModel(m.info(), m.weights(), List.of(), List.of(), Optional.of(draft.weights()),
                Optional.empty(), Optional.empty(), Map.of(), List.of(), List.of(), "", ""), Requests.GREEDY, -1);
        assertTrue(perToken < 64, perToken + " bytes a token");
    }

    private long bytesPerToken(SamplingOptions sampling, int topLogprobs) throws InterruptedException {
        FakeStack stack = new FakeStack(folder);
        return bytesPerToken(stack, stack.model("m", Map.of("fake.context", 2 * (WARM_UP + MEASURED))), sampling, topLogprobs);
    }

    /** Runs the whole loop on its own thread; the sink reads that thread's counter. */
    private static long bytesPerToken(FakeStack stack, StoredModel stored, SamplingOptions sampling, int topLogprobs) throws InterruptedException {
        stack.device.compiler = (graph, limits) -> new QuietProgram(limits, stack.device);
        int tokens = WARM_UP + MEASURED;
        Counting sink = new Counting();
        EngineOptions options = new EngineOptions(2 * tokens, 0, 2, 0, Optional.empty(), TensorType.F16);
        try (EngineModel model = stack.load(stored, options)) {
            Counting neighbour = new Counting();
            model.submit(request(sampling, tokens, topLogprobs, neighbour));
            model.submit(request(sampling, tokens, topLogprobs, sink));
            assertTrue(sink.done.await(60, TimeUnit.SECONDS));
            assertTrue(neighbour.done.await(60, TimeUnit.SECONDS));
        }
        // each step gives two tokens
        return (sink.end - sink.start) / (2 * MEASURED);
    }

    private static TokenRequest request(SamplingOptions sampling, int tokens, int topLogprobs, TokenSink sink) {
        return new TokenRequest(new int[] {9, 10, 11}, sampling, tokens, 0, true, topLogprobs, -1, true, Optional.empty(), Cancellation.none(), sink);
    }

    private static final class Counting implements TokenSink {
        final CountDownLatch done = new CountDownLatch(1);
        final AllocationMeter meter = new AllocationMeter();
        int tokens;
        long start;
        long end;

        @Override
        public void started(int cachedTokens) {}

        @Override
        public void token(int id, float logprob, int[] topIds, float[] topLogprobs) {
            tokens++;
            if (tokens == WARM_UP) {
                start = meter.bytes();
            } else if (tokens == WARM_UP + MEASURED - 1) {
                end = meter.bytes();
            }
        }

        @Override
        public void ended(FinishReason reason, long promptNanos, long outputNanos, int outputTokens) {
            done.countDown();
        }

        @Override
        public void failed(RuntimeFailure failure) {
            done.countDown();
        }
    }
}
