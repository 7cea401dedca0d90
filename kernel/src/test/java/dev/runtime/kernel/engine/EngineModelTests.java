package dev.runtime.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.Extension;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.Backend;
import dev.runtime.api.backend.Device;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.model.TensorInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.plugin.Services;
import dev.runtime.kernel.event.EventBus;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.CollectingSink;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.FakeServices;
import dev.runtime.kernel.testing.Requests;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class EngineModelTests extends StackFixture {
    @Test
    void aGreedyGenerationIsThatOfTheModel() {
        int[] prompt = Requests.prompt(new Random(1), 70);
        CollectingSink sink = new CollectingSink();
        try (EngineModel model = stack.load(stack.model("m", Map.of()), EngineOptions.AUTOMATIC)) {
            model.submit(Requests.greedy(prompt, 60, sink));
            sink.await();
        }
        List<Integer> expected = new FakeLanguage("").greedy(prompt, 60);
        assertEquals(expected, sink.tokens);
        assertEquals(0, sink.cachedTokens);
        assertEquals(expected.size() < 60 ? FinishReason.STOP : FinishReason.LENGTH, sink.reason.orElseThrow());
    }

    @Test
    void theEndTokenIsCountedButNotDelivered() {
        stack.device.script = "Hi!";
        CollectingSink sink = new CollectingSink();
        try (EngineModel model = stack.load(stack.model("m", Map.of()), EngineOptions.AUTOMATIC)) {
            model.submit(Requests.greedy(model.tokenizer().encode("hello<go>", false, true), 100, sink));
            sink.await();
            assertEquals("Hi!", model.tokenizer().decode(sink.tokens.stream().mapToInt(i -> i).toArray(), true));
        }
        assertEquals(FinishReason.STOP, sink.reason.orElseThrow());
        assertEquals(4, sink.outputTokens);
        assertEquals(1, sink.ends);
    }

    @Test
    void loadingTellsWhatWasLoadedWhere() {
        List<RuntimeEvent> events = new ArrayList<>();
        stack.events.subscribe(events::add);
        StoredModel stored = stack.model("m", Map.of("fake.context", 128));
        try (EngineModel model = stack.load(stored, new EngineOptions(64, 16, 2, 0, Optional.of("FAKE"), TensorType.F32))) {
            assertEquals(64, model.contextLength());
            assertEquals(2, model.parallel());
            assertEquals(16, model.batch());
            assertEquals("fake:0", model.deviceId());
            assertEquals(0, model.deviceBytes());
            assertTrue(model.generates());
            RuntimeEvent.ModelLoaded loaded = (RuntimeEvent.ModelLoaded) events.getFirst();
            assertEquals(List.of("m", "fake:0", model.bytes()), List.of(loaded.model(), loaded.device(), loaded.bytes()));
        }
    }

    @Test
    void theContextIsCappedToWhatTheModelWasTrainedFor() {
        try (EngineModel model = stack.load(stack.model("m", Map.of("fake.context", 128)),
                new EngineOptions(4_096, 0, 0, 0, Optional.empty(), TensorType.F16))) {
            assertEquals(128, model.contextLength());
            assertEquals(4, model.parallel());
        }
    }

    @Test
    void badInputIsRefusedBeforeItIsQueued() {
        try (EngineModel model = stack.load(stack.model("m", Map.of("fake.context", 64)), EngineOptions.AUTOMATIC)) {
            CollectingSink sink = new CollectingSink();
            assertCode(ErrorCode.REQUEST_INVALID, "no tokens", () -> model.submit(Requests.greedy(new int[0], 1, sink)));
            assertCode(ErrorCode.REQUEST_INVALID, "token 260", () -> model.submit(Requests.greedy(new int[] {260}, 1, sink)));
            assertCode(ErrorCode.REQUEST_INVALID, "token -1", () -> model.submit(Requests.greedy(new int[] {-1}, 1, sink)));
            assertCode(ErrorCode.CONTEXT_EXCEEDED, "65 tokens, the limit is 64",
                    () -> model.submit(Requests.greedy(new int[65], 1, sink)));
            assertCode(ErrorCode.REQUEST_UNSUPPORTED, "does not support embeddings",
                    () -> model.embed(new int[][] {{5}}, Cancellation.none()));
            assertEquals(0, sink.ends);
        }
    }

    @Test
    void whatCannotBeLoadedIsRefusedWithTheReason() throws Exception {
        assertCode(ErrorCode.MODEL_UNSUPPORTED, "'fakir' (general.architecture), known are [fake, fake-encoder, fake-recurrent]",
                () -> stack.load(stack.model("m", Map.of("general.architecture", "fakir")), EngineOptions.AUTOMATIC));

        StoredModel other = stack.model("other", Map.of());
        Files.writeString(other.weights(), "something else");
        assertCode(ErrorCode.MODEL_FILE_INVALID, "none of the known formats [fake]", () -> stack.load(other, EngineOptions.AUTOMATIC));

        StoredModel gone = stack.model("gone", Map.of());
        Files.delete(gone.weights());
        assertCode(ErrorCode.MODEL_LOAD_FAILED, "cannot be read", () -> stack.load(gone, EngineOptions.AUTOMATIC));

        StoredModel model = stack.model("m", Map.of());
        assertCode(ErrorCode.CONFIG_INVALID, "no device 'x'; there are [fake:0]", () -> stack.load(model,
                new EngineOptions(0, 0, 0, 0, Optional.of("x"), TensorType.F16)));

        Cancellation cancelled = new Cancellation();
        cancelled.cancel();
        assertCode(ErrorCode.REQUEST_CANCELLED, "canceled",
                () -> EngineModel.load(model, EngineOptions.AUTOMATIC, stack.services, stack.events, SpillOptions.NONE, cancelled, () -> {}));

        stack.device.compiler = (graph, limits) -> {
            throw new IllegalStateException("broken driver");
        };
        assertCode(ErrorCode.MODEL_LOAD_FAILED, "broken driver", () -> stack.load(model, EngineOptions.AUTOMATIC));
    }

    @Test
    void aTokenizerThatCannotBeMadeEndsTheLoadWithItsReason() {
        StoredModel model = stack.model("m", Map.of("fake.add_begin", "maybe"));
        assertCode(ErrorCode.MODEL_FILE_INVALID, "fake.add_begin holds String", () -> stack.load(model, EngineOptions.AUTOMATIC));
    }

    @Test
    void aLoadIsCancelledWhileTheDeviceReadsAWeight() {
        Cancellation cancellation = new Cancellation();
        AtomicInteger progress = new AtomicInteger();
        stack.device.taking = weights -> {
            int before = progress.get();
            weights.progress(1);
            assertEquals(before + 1, progress.get());
            cancellation.cancel();
            weights.progress(1);
        };
        assertCode(ErrorCode.REQUEST_CANCELLED, "canceled", () -> EngineModel.load(stack.model("m", Map.of()), EngineOptions.AUTOMATIC,
                stack.services, stack.events, SpillOptions.NONE, cancellation, progress::incrementAndGet));
    }

    @Test
    void whatADeviceReadsAheadIsToldEachHundredth() {
        List<RuntimeEvent> told = new ArrayList<>();
        stack.events.subscribe(told::add);
        StoredModel stored = stack.model("m", Map.of());
        long total;
        stack.device.taking = weights -> {
            weights.progress(1L << 40);
            weights.progress(1);
        };
        try (EngineModel model = stack.load(stored, EngineOptions.AUTOMATIC)) {
            total = model.file().tensors().stream().mapToLong(TensorInfo::bytes).sum();
        }
        assertEquals(List.of(new RuntimeEvent.ModelLoading("m", total, total)),
                told.stream().filter(RuntimeEvent.ModelLoading.class::isInstance).toList());

        EventBus bus = new EventBus(new FakeServices());
        bus.subscribe(told::add);
        told.clear();
        LoadProgress progress = new LoadProgress("m", 1000, bus, () -> 0);
        for (int i = 0; i < 100; i++) {
            progress.add(4);
        }
        assertEquals(33, told.size());
        assertEquals(new RuntimeEvent.ModelLoading("m", 12, 1000), told.getFirst());
        assertEquals(new RuntimeEvent.ModelLoading("m", 396, 1000), told.getLast());
    }

    @Test
    void theLogTellsEveryFewSecondsHowFarALoadIs() {
        List<String> lines = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                lines.add(new SimpleFormatter().formatMessage(line));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(LoadProgress.class.getName());
        Level before = log.getLevel();
        log.addHandler(handler);
        // whatever the programs that other tests started have made of the root's
        log.setLevel(Level.INFO);
        try {
            AtomicLong now = new AtomicLong();
            LoadProgress progress = new LoadProgress("m", 100L << 20, new EventBus(new FakeServices()), now::get);
            for (int i = 0; i < 100; i++) {
                now.addAndGet(200_000_000);
                progress.add(1 << 20);
            }
        } finally {
            log.setLevel(before);
            log.removeHandler(handler);
        }
        assertEquals(List.of("loading m: 25% of 100 MiB", "loading m: 50% of 100 MiB", "loading m: 75% of 100 MiB",
                "loading m: 100% of 100 MiB"), lines);
    }

    @Test
    void devicesAreLookedForOnceAndAFailureHarmsNobody() {
        AtomicInteger looks = new AtomicInteger();
        FakeServices services = new FakeServices(new FoundLater(() -> {
            looks.incrementAndGet();
            throw new IllegalStateException("broken driver");
        }), new FoundLater(looks::incrementAndGet));
        try (DeviceSearch search = new DeviceSearch(services)) {
            assertEquals(0, looks.get());
            search.start();
            search.start();
        }
        assertEquals(2, looks.get());
    }

    private record FoundLater(Runnable look) implements Backend {
        @Override
        public String name() {
            return "later";
        }

        @Override
        public List<Device> devices() {
            look.run();
            return List.of();
        }
    }

    @Test
    void aModelThatDoesNotFitIsRefusedWithNumbersBeforeAnythingIsAllocated() {
        stack.device.free = 1_000;
        stack.device.compiler = (graph, limits) -> {
            throw new IllegalStateException("allocated");
        };
        RuntimeFailure failure = assertCode(ErrorCode.MODEL_TOO_LARGE, "needs", () -> stack.load(stack.model("m", Map.of()),
                new EngineOptions(256, 32, 1, 0, Optional.empty(), TensorType.F16)));
        // 256 positions, and two blocks to move them, of a key and a value head of 32 elements of 2 bytes; 32 tokens of work
        assertTrue(failure.getMessage().contains((256 + 64) * 2 * 32 * 2 + " for a KV cache of 1 x 256 tokens"), failure.getMessage());
        assertTrue(failure.getMessage().contains("1000 are free"), failure.getMessage());
    }

    @Test
    void closingFailsWhatIsUnderWay() {
        CollectingSink running = new CollectingSink();
        CollectingSink waiting = new CollectingSink();
        EngineModel model = stack.load(stack.model("m", Map.of()), new EngineOptions(0, 0, 1, 0, Optional.empty(),
                TensorType.F16));
        CountDownLatch first = new CountDownLatch(1);
        running.onToken = first::countDown;
        TokenRequest endless = new TokenRequest(new int[] {9}, Requests.GREEDY, 0, 0, true, -1, -1, true, Optional.empty(), Cancellation.none(), running);
        model.submit(endless);
        model.submit(Requests.greedy(new int[] {7}, 5, waiting));
        assertTrue(assertTimely(first));
        model.close();
        assertEquals(ErrorCode.SERVER_STOPPING, running.await().failure.orElseThrow().code());
        assertEquals(ErrorCode.SERVER_STOPPING, waiting.await().failure.orElseThrow().code());
        assertFalse(model.open());
        assertCode(ErrorCode.SERVER_STOPPING, "unloaded", () -> model.submit(endless));
        model.close();
    }

    @Test
    void aModelEndsBeforeThePlugInThatItNeeds() {
        EngineModel model = stack.load(stack.model("m", Map.of()), EngineOptions.AUTOMATIC);
        stack.services.remove(stack.backend);
        assertFalse(model.open());
    }

    @Test
    void aPlugInThatGoesDuringALoadEndsTheLoad() {
        StoredModel stored = stack.model("m", Map.of());
        Services leaving = new Services() {
            private int watches;

            @Override
            public <T extends Extension> List<T> all(Class<T> spi) {
                return stack.services.all(spi);
            }

            @Override
            public <T extends Extension> Watch watch(Class<T> spi, Watcher<T> watcher) {
                Watch watch = stack.services.watch(spi, watcher);
                if (++watches == 2) {
                    stack.services.remove(stack.format);
                }
                return watch;
            }
        };
        assertCode(ErrorCode.MODEL_LOAD_FAILED, "removed while",
                () -> EngineModel.load(stored, EngineOptions.AUTOMATIC, leaving, stack.events, SpillOptions.NONE, Cancellation.none(), () -> {}));
    }

    private static boolean assertTimely(CountDownLatch latch) {
        try {
            return latch.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    static RuntimeFailure assertCode(ErrorCode code, String part, Executable action) {
        RuntimeFailure failure = assertThrows(RuntimeFailure.class, action);
        assertEquals(code, failure.code(), failure.getMessage());
        assertTrue(failure.getMessage().contains(part), failure.getMessage());
        return failure;
    }
}
