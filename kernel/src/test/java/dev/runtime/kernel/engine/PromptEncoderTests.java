package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.graph.Op;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.Requests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Models whose encoder reads the prompt, beside each other in one engine. */
class PromptEncoderTests extends StackFixture {
    private static final FakeLanguage LANGUAGE = new FakeLanguage("");
    private static final int CONTEXT = 96;

    private final Random random = new Random(7);

    @Test
    void eachOutputIsOfItsOwnPrompt() {
        List<int[]> prompts = new ArrayList<>();
        List<CollectingSink> sinks = new ArrayList<>();
        try (EngineModel model = load()) {
            for (int length : new int[] {1, 31, 32, 33, 90, 90, 5, 64}) {
                int[] prompt = Requests.prompt(random, length);
                prompts.add(prompt);
                CollectingSink sink = new CollectingSink();
                sinks.add(sink);
                model.submit(Requests.greedy(prompt, 20, sink));
            }
            sinks.forEach(CollectingSink::await);
        }
        for (int i = 0; i < sinks.size(); i++) {
            assertEquals(LANGUAGE.decoded(prompts.get(i), 20), sinks.get(i).tokens, "prompt " + i);
            assertEquals(0, sinks.get(i).cachedTokens, "what a decoder keeps is of one prompt only");
        }
    }

    @Test
    void theOutputHasTheContextForItself() {
        int[] prompt = Requests.prompt(random, CONTEXT);
        CollectingSink sink = new CollectingSink();
        try (EngineModel model = load()) {
            model.submit(new TokenRequest(prompt, Requests.GREEDY, 500, 0, true, -1, 0, true, Optional.empty(), Cancellation.none(), sink));
            sink.await();
        }
        assertEquals(FinishReason.LENGTH, sink.reason.orElseThrow());
        assertEquals(CONTEXT, sink.tokens.size(), "one token is where the output begins, the last one needs no place");
    }

    @Test
    void aPromptTooLongAndAScoreAreRefused() {
        try (EngineModel model = load()) {
            RuntimeFailure tooLong = assertThrows(RuntimeFailure.class,
                    () -> model.submit(Requests.greedy(Requests.prompt(random, CONTEXT + 1), 1, new CollectingSink())));
            assertEquals(ErrorCode.CONTEXT_EXCEEDED, tooLong.code());
            RuntimeFailure score = assertThrows(RuntimeFailure.class, () -> model.score(new int[] {1, 2, 3}, 1, Cancellation.none()));
            assertEquals(ErrorCode.REQUEST_UNSUPPORTED, score.code());
        }
    }

    @Test
    void anEncoderThatFailsCostsItsOwnRequestOnly() {
        int[] prompt = Requests.prompt(random, 40);
        CollectingSink first = new CollectingSink();
        CollectingSink second = new CollectingSink();
        try (EngineModel model = load()) {
            stack.device.watcher = inputs -> {
                if (inputs.tokens() == 7) {
                    throw new IllegalStateException("broken");
                }
            };
            model.submit(Requests.greedy(Requests.prompt(random, 7), 5, first));
            model.submit(Requests.greedy(prompt, 5, second));
            first.await();
            second.await();
        }
        assertEquals(ErrorCode.DEVICE_FAILED, first.failure.orElseThrow().code());
        assertEquals(LANGUAGE.decoded(prompt, 5), second.tokens);
    }

    @Test
    void aDeviceWithoutTheOperatorsOfTheEncoderIsNotTaken() {
        stack.device.compiler = (graph, limits) -> {
            throw new AssertionError("nothing is compiled");
        };
        stack.device.lacks = op -> op instanceof Op.KvWrite;
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, this::load);
        assertEquals(ErrorCode.MODEL_UNSUPPORTED, failure.code());
        assertTrue(failure.getMessage().contains("KvWrite"), failure.getMessage());
    }

    private EngineModel load() {
        return stack.load(stack.model("m", Map.of("general.architecture", "fake-encoder", "fake.context", CONTEXT)),
                new EngineOptions(CONTEXT, 0, 3, 0, Optional.empty(), TensorType.F16));
    }
}
