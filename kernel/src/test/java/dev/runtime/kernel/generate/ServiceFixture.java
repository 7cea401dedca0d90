package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.GenerationEvent.Done;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.TensorType;
import dev.runtime.kernel.engine.TokenSink;
import dev.runtime.kernel.schedule.FakeRunner;
import dev.runtime.kernel.schedule.SchedulePolicy;
import dev.runtime.kernel.schedule.Scheduler;
import dev.runtime.kernel.schedule.StoredModels;
import dev.runtime.kernel.schedule.ThreadTimers;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.FakeServices;
import dev.runtime.kernel.testing.FakeTemplates;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/** A service with a catalogue of names and one model that does what a test says. */
@Timeout(60)
abstract class ServiceFixture {
    static final float[] NONE = {};

    final Map<String, StoredModel> stored = new HashMap<>();
    final FakeRunner runner = new FakeRunner(512);
    final FakeTemplates engine = new FakeTemplates();
    final FakeParser parser = new FakeParser(5);
    final FakeServices services = new FakeServices(engine, new FakeParser(3), parser, new FakeParser(5));
    final List<RuntimeEvent> published = new ArrayList<>();
    final List<GenerationEvent> events = new ArrayList<>();
    InferenceService service;

    @BeforeEach
    void open() {
        store("chat", Capability.COMPLETION);
        store("full", Capability.COMPLETION, Capability.TOOLS, Capability.THINKING);
        store("embed", Capability.EMBEDDING);
        runner.metadata = new Metadata(Map.of("tokenizer.chat_template", "{ }"));
        says("hello");
        service = service(false);
    }

    @AfterEach
    void nothingIsLeft() {
        assertTrue(service.loaded().stream().allMatch(m -> m.active() == 0), "a lease was left");
        service.close();
        assertTrue(runner.closed || runner.requests.isEmpty() && runner.embedded.isEmpty());
    }

    InferenceService service(boolean strict) {
        Scheduler scheduler = new Scheduler(new SchedulePolicy(3, 10, Duration.ofMinutes(5), Duration.ofMinutes(5)),
                (model, options, cancellation, progress) -> {
                    runner.closed = false;
                    return runner;
                },
                (model, options) -> true, new ThreadTimers(), event -> {});
        return new InferenceService(new FakeCatalog(stored), services, scheduler, new EngineDefaults(0, 0, 0, Optional.empty(), TensorType.F16, false, false), strict,
                new RequestLog(published::add));
    }

    void store(String name, Capability... capabilities) {
        stored.put(name, StoredModels.of(name, "weights-" + name, Set.of(capabilities), Optional.empty(), Map.of(), List.of()));
    }

    void says(String text) {
        runner.script = request -> {
            request.sink().started(3);
            tell(request.sink(), text);
            request.sink().ended(FinishReason.STOP, 10, 20, text.length() + 1);
        };
    }

    static void tell(TokenSink sink, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            sink.token(b & 0xff, Float.NaN, new int[0], NONE);
        }
    }

    static GenerateRequest chat(String model, String text) {
        return GenerateRequest.of(model, new Prompt.Chat(List.of(Message.of("user", text)), List.of()));
    }

    void generate(GenerateRequest request) {
        events.clear();
        service.generate(request, Cancellation.none(), events::add);
    }

    RuntimeFailure failure(GenerateRequest request) {
        return assertThrows(RuntimeFailure.class, () -> generate(request));
    }

    Done done() {
        return assertInstanceOf(Done.class, events.getLast());
    }

    String content() {
        return Said.content(events);
    }

    static EmbedRequest embedRequest(String model, boolean truncate, int dimensions, String... texts) {
        return new EmbedRequest(model, List.of(texts), truncate, dimensions, true, Options.NONE, new KeepAlive.Unchanged());
    }

    static RuntimeFailure cancelled() {
        return new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "request canceled");
    }
}
