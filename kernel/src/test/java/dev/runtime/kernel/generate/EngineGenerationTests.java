package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.backend.CompileOptions;
import dev.runtime.api.backend.Program;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.graph.Graph;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.GenerationEvent.Content;
import dev.runtime.api.inference.GenerationEvent.Done;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Prompt;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.FakeStack;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The service, the scheduler and the real engine together, on a device that is not there. */
@Timeout(60)
class EngineGenerationTests {
    @TempDir
    Path folder;

    private final List<RuntimeEvent> published = Collections.synchronizedList(new ArrayList<>());
    private FakeStack stack;
    private InferenceService service;

    @BeforeEach
    void open() {
        stack = new FakeStack(folder);
        stack.device.script = "The quick brown fox jumps over the lazy dog.";
        stack.events.subscribe(published::add);
        Map<String, StoredModel> stored = Map.of("one", stack.model("one", Map.of()), "two", stack.model("two", Map.of()));
        service = EngineServices.open(stack, stored, 1, 4);
    }

    @AfterEach
    void nothingIsLeft() {
        assertTrue(service.loaded().stream().allMatch(m -> m.active() == 0), "a lease was left");
        service.close();
        assertEquals(0, stack.device.open.get(), "programs or caches are open");
        assertTrue(Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().startsWith("engine-")));
    }

    @Test
    void answers() {
        List<GenerationEvent> events = ask("one", Options.of(Map.of("temperature", 0.0)));
        assertEquals(stack.device.script, text(events));
        Done done = (Done) events.getLast();
        assertEquals(stack.device.script.length() + 1, done.usage().outputTokens());
        assertTrue(done.usage().promptTime().isPositive());
    }

    @Test
    void aModelThatIsNotLockedSaysSoToWhoAskedForIt() {
        stack.device.unlocked = Optional.of("the system does not let this process lock 1 MiB");
        Map<String, Object> locked = Map.of("use_mlock", true);
        for (int i = 0; i < 2; i++) {
            Done done = (Done) ask("one", Options.of(locked)).getLast();
            assertEquals(List.of("option \"use_mlock\" does not keep all of the model in memory: the system does not let this process lock 1 MiB"), done.notes());
        }
        assertEquals(List.of(), ((Done) ask("one", Options.NONE).getLast()).notes());
        stack.device.unlocked = Optional.empty();
        assertEquals(List.of(), ((Done) ask("two", Options.of(locked)).getLast()).notes());
    }

    @Test
    void stopStringLeavesTheEngineReadyForMore() {
        Options stop = Options.of(Map.of("temperature", 0.0, "stop", List.of("brown")));
        for (int i = 0; i < 20; i++) {
            assertEquals("The quick ", text(ask("one", stop)));
        }
    }

    @Test
    void requestsInParallelLoadTheModelOnceAndAllAnswer() throws Exception {
        List<Future<String>> answers = new ArrayList<>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) {
                answers.add(executor.submit(() -> text(ask("one", Options.of(Map.of("temperature", 0.0))))));
            }
        }
        for (Future<String> answer : answers) {
            assertEquals(stack.device.script, answer.get());
        }
        assertEquals(1, published.stream().filter(RuntimeEvent.ModelLoaded.class::isInstance).count());
        assertEquals(8, published.stream().filter(e -> e instanceof RuntimeEvent.RequestEnded r && r.outcome().equals("ok")).count());
    }

    @Test
    void twoModelsTakeTurnsInTheOnlyPlace() throws Exception {
        List<Future<String>> answers = new ArrayList<>();
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 12; i++) {
                String model = i % 2 == 0 ? "one" : "two";
                answers.add(executor.submit(() -> text(ask(model, Options.of(Map.of("temperature", 0.0))))));
            }
        }
        for (Future<String> answer : answers) {
            assertEquals(stack.device.script, answer.get());
        }
        assertEquals(1, service.loaded().size());
    }

    @Test
    void cancellationWhileGenerating() {
        Cancellation cancellation = new Cancellation();
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> service.generate(request("one", Options.NONE), cancellation, event -> {
            if (event instanceof Content) {
                cancellation.cancel();
            }
        }));
        assertEquals(ErrorCode.REQUEST_CANCELLED, e.code());
        assertEquals(stack.device.script, text(ask("one", Options.of(Map.of("temperature", 0.0)))));
    }

    @Test
    void consumerThatThrows() {
        assertThrows(IllegalStateException.class, () -> service.generate(request("one", Options.NONE), Cancellation.none(), event -> {
            if (event instanceof Content) {
                throw new IllegalStateException("gone");
            }
        }));
    }

    @Test
    void failedStepIsReportedAndTheNextRequestAnswers() {
        stack.device.watcher = inputs -> {
            throw new RuntimeFailure(ErrorCode.DEVICE_FAILED, "broken step");
        };
        assertEquals(ErrorCode.DEVICE_FAILED, assertThrows(RuntimeFailure.class, () -> ask("one", Options.NONE)).code());
        stack.device.watcher = inputs -> {};
        assertEquals(stack.device.script, text(ask("one", Options.of(Map.of("temperature", 0.0)))));
        assertEquals(2, published.stream().filter(RuntimeEvent.ModelLoaded.class::isInstance).count(), "loaded afresh");
    }

    @Test
    void memoryThatRunsOutInAStepIsReportedAndTheNextRequestAnswers() {
        stack.device.watcher = inputs -> {
            throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "no memory left");
        };
        assertEquals(ErrorCode.OUT_OF_MEMORY, assertThrows(RuntimeFailure.class, () -> ask("one", Options.NONE)).code());
        stack.device.watcher = inputs -> {};
        assertEquals(stack.device.script, text(ask("one", Options.of(Map.of("temperature", 0.0)))));
    }

    @Test
    void memoryThatRunsOutWhileLoadingMakesThePlacementSmaller() {
        BiFunction<Graph, CompileOptions, Program> compiler = stack.device.compiler;
        List<Integer> tried = new ArrayList<>();
        stack.device.compiler = (graph, options) -> {
            tried.add(options.contextLength());
            if (tried.size() == 1) {
                throw new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "no memory left");
            }
            return compiler.apply(graph, options);
        };
        assertEquals(stack.device.script, text(ask("one", Options.of(Map.of("temperature", 0.0)))));
        assertEquals(2, tried.size());
        assertTrue(tried.get(1) <= tried.get(0), tried.toString());
    }

    @Test
    void layersForAGpuWithoutOneAreNoted() {
        Done done = (Done) ask("one", Options.of(Map.of("temperature", 0.0, "num_gpu", 1L))).getLast();
        assertEquals(List.of("option \"num_gpu\" has no effect: one runs on fake:0"), done.notes());
    }

    @Test
    void closingTheServiceEndsWhatRuns() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        stack.device.watcher = inputs -> {
            while (!service.loaded().isEmpty()) {
                Thread.yield();
            }
        };
        Future<?> running;
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            running = executor.submit(() -> service.generate(request("one", Options.NONE), Cancellation.none(), event -> begun.countDown()));
            begun.await();
            service.close();
        }
        ExecutionException e = assertThrows(ExecutionException.class, running::get);
        assertEquals(ErrorCode.SERVER_STOPPING, ((RuntimeFailure) e.getCause()).code());
    }

    @Test
    void backendThatGoesTakesItsModelsAlong() {
        ask("one", Options.of(Map.of("temperature", 0.0)));
        stack.services.remove(stack.backend);
        assertEquals(List.of(), service.loaded());
        assertEquals(0, stack.device.open.get());
        assertThrows(RuntimeFailure.class, () -> ask("one", Options.NONE));
        stack.services.add(stack.backend);
        assertEquals(stack.device.script, text(ask("one", Options.of(Map.of("temperature", 0.0)))));
    }

    private List<GenerationEvent> ask(String model, Options options) {
        List<GenerationEvent> events = new ArrayList<>();
        service.generate(request(model, options), Cancellation.none(), events::add);
        return events;
    }

    private static GenerateRequest request(String model, Options options) {
        return GenerateRequest.of(model, new Prompt.Raw("say something<go>", List.of())).withOptions(options);
    }

    private static String text(List<GenerationEvent> events) {
        StringBuilder text = new StringBuilder();
        events.forEach(e -> text.append(e instanceof Content c ? c.text() : ""));
        return text.toString();
    }
}
