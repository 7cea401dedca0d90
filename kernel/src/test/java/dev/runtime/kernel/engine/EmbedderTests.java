package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.Requests;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbedderTests extends StackFixture {
    @ParameterizedTest
    @ValueSource(strings = {"fake", "fake-recurrent"})
    void aTextGivesTheSameVectorAloneAndAmongOthers(String architecture) {
        Random random = new Random(1);
        int[][] texts = new int[100][];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = Requests.prompt(random, 1 + random.nextInt(64));
        }
        texts[70] = texts[3].clone();
        try (EngineModel model = load(architecture, 64)) {
            List<Integer> sequences = new CopyOnWriteArrayList<>();
            stack.device.watcher = inputs -> sequences.add(inputs.sequences());
            float[][] together = model.embed(texts, Cancellation.none());
            assertFalse(sequences.stream().allMatch(n -> n == 1), "some share a step");
            for (int i = 0; i < texts.length; i++) {
                assertArrayEquals(model.embed(new int[][] {texts[i]}, Cancellation.none())[0], together[i]);
            }
            assertArrayEquals(together[3], together[70]);
            assertEquals(32, together[0].length);
        }
    }

    @Test
    void noTextsGiveNoVectors() {
        try (EngineModel model = load("fake", 64)) {
            assertEquals(0, model.embed(new int[0][], Cancellation.none()).length);
        }
    }

    @Test
    void whatCannotBeEmbeddedIsRefused() {
        try (EngineModel model = load("fake", 64)) {
            EngineModelTests.assertCode(ErrorCode.CONTEXT_EXCEEDED, "65 tokens, the limit is 64",
                    () -> model.embed(new int[][] {{5}, new int[65]}, Cancellation.none()));
            EngineModelTests.assertCode(ErrorCode.REQUEST_INVALID, "no tokens",
                    () -> model.embed(new int[][] {{}}, Cancellation.none()));
            EngineModelTests.assertCode(ErrorCode.REQUEST_UNSUPPORTED, "does not generate",
                    () -> model.submit(Requests.greedy(new int[] {5}, 1, new CollectingSink())));
            Cancellation cancelled = new Cancellation();
            cancelled.cancel();
            EngineModelTests.assertCode(ErrorCode.REQUEST_CANCELLED, "canceled", () -> model.embed(new int[][] {{5}}, cancelled));
        }
    }

    @Test
    void aFailedStepIsAnAnswerAndTheNextOneWorks() {
        try (EngineModel model = load("fake", 64)) {
            stack.device.watcher = inputs -> {
                throw new IllegalStateException("lost the device");
            };
            EngineModelTests.assertCode(ErrorCode.DEVICE_FAILED, "lost the device",
                    () -> model.embed(new int[][] {{5}}, Cancellation.none()));
            stack.device.watcher = inputs -> { };
            assertEquals(1, model.embed(new int[][] {{5}}, Cancellation.none()).length);
        }
    }

    @Test
    @Timeout(60)
    void aStepThatCannotBePutTogetherIsAnAnswerToo() {
        try (EngineModel model = load("fake-recurrent", 64)) {
            stack.device.onClear = () -> {
                throw new IllegalStateException("lost the device");
            };
            EngineModelTests.assertCode(ErrorCode.DEVICE_FAILED, "lost the device",
                    () -> model.embed(new int[][] {{5}, {6}}, Cancellation.none()));
            stack.device.onClear = () -> { };
            assertEquals(2, model.embed(new int[][] {{5}, {6}}, Cancellation.none()).length);
        }
    }

    private EngineModel load(String architecture, int batch) {
        return stack.load(stack.model("e", Map.of("general.architecture", architecture, "fake.pooling", "MEAN")),
                new EngineOptions(0, batch, 0, 0, Optional.empty(), TensorType.F16));
    }
}
