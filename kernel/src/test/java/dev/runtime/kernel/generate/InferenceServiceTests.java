package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.Cancellation;
import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.EmbedRequest;
import dev.runtime.api.inference.EmbedResult;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.GenerationEvent.Content;
import dev.runtime.api.inference.GenerationEvent.Done;
import dev.runtime.api.inference.GenerationEvent.Rendered;
import dev.runtime.api.inference.GenerationEvent.Started;
import dev.runtime.api.inference.GenerationEvent.Thought;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.inference.Usage;
import dev.runtime.api.model.Capability;
import dev.runtime.api.model.Metadata;
import dev.runtime.api.model.ModelInfo;
import dev.runtime.api.model.TensorType;
import dev.runtime.api.source.Provider;
import dev.runtime.kernel.engine.TokenRequest;
import dev.runtime.kernel.engine.TokenSink;
import dev.runtime.kernel.schedule.FakeRunner;
import dev.runtime.kernel.schedule.ByteTokenizer;
import dev.runtime.kernel.schedule.SchedulePolicy;
import dev.runtime.kernel.schedule.Scheduler;
import dev.runtime.kernel.schedule.StoredModels;
import dev.runtime.kernel.schedule.ThreadTimers;
import dev.runtime.kernel.store.StoredModel;
import dev.runtime.kernel.testing.FakeServices;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InferenceServiceTests {
    private static final float[] NONE = {};

    private final Map<String, StoredModel> stored = new HashMap<>();
    private final FakeRunner runner = new FakeRunner(512);
    private final FakeTemplates engine = new FakeTemplates();
    private final FakeParser parser = new FakeParser(5);
    private final FakeServices services = new FakeServices(engine, new FakeParser(3), parser, new FakeParser(5));
    private final List<RuntimeEvent> published = new ArrayList<>();
    private final List<GenerationEvent> events = new ArrayList<>();
    private InferenceService service;

    @BeforeEach
    void open() {
        store("chat", Capability.COMPLETION);
        store("full", Capability.COMPLETION, Capability.TOOLS, Capability.THINKING);
        store("embed", Capability.EMBEDDING);
        runner.metadata = new Metadata(Map.of("tokenizer.chat_template", "T"));
        says("hello");
        service = service(false);
    }

    @AfterEach
    void nothingIsLeft() {
        assertTrue(service.loaded().stream().allMatch(m -> m.active() == 0), "a lease was left");
        service.close();
        assertTrue(runner.closed || runner.requests.isEmpty() && runner.embedded.isEmpty());
    }

    // generation

    @Test
    void eventsComeInOrderWithCountsAndTimes() {
        generate(chat("chat", "hi"));
        Started started = assertInstanceOf(Started.class, events.getFirst());
        assertEquals(new Started("chat", "[user:hi]>".length() + 1, 3), started);
        assertEquals("hello", content());
        Done done = done();
        assertEquals(FinishReason.STOP, done.reason());
        assertEquals(List.of(), done.notes());
        assertEquals(11 + 5, done.context().length);
        assertEquals('o', done.context()[15]);
        Usage usage = done.usage();
        assertEquals(11, usage.promptTokens());
        assertEquals(3, usage.cachedTokens());
        assertEquals(6, usage.outputTokens(), "the final token counts");
        for (Duration time : List.of(usage.total(), usage.load(), usage.queued(), usage.promptTime(), usage.outputTime())) {
            assertTrue(time.isPositive());
        }
        RuntimeEvent.RequestEnded ended = (RuntimeEvent.RequestEnded) published.getFirst();
        assertEquals("ok", ended.outcome());
        assertSame(usage, ended.usage());
    }

    @Test
    void bestParserSplitsTheReplyAndLearnsWhatItNeeds() {
        says("{why}because");
        ToolDefinition tool = new ToolDefinition("f", "", Map.of(), Map.of());
        generate(GenerateRequest.of("full", new Prompt.Chat(List.of(Message.of("user", "hi")), List.of(tool))));
        assertEquals("why", thoughts());
        assertEquals("because", content());
        assertEquals(List.of(tool), parser.request.tools());
        assertTrue(parser.request.thinking(), "a model that can think does unless told not to");
        assertEquals("[user:hi]>", parser.request.promptEnd());
        assertEquals("T", parser.hints.template());
        assertEquals("fake", parser.hints.architecture());
        assertEquals(Thinking.ON, engine.last.thinking());
    }

    @Test
    void thinkingCanBeTurnedOff() {
        generate(chat("full", "hi").withThinking(Thinking.OFF));
        assertFalse(parser.request.thinking());
        assertEquals(Thinking.OFF, engine.last.thinking());
        generate(chat("chat", "hi"));
        assertFalse(parser.request.thinking());
        assertEquals(Thinking.DEFAULT, engine.last.thinking());
    }

    @Test
    void rawTextIsNotParsed() {
        says("{x}");
        generate(GenerateRequest.of("full", new Prompt.Raw("a", List.of())));
        assertEquals("{x}", content());
    }

    @Test
    void stopStringEndsTheGenerationInTheEngineToo() {
        runner.script = request -> {
            request.sink().started(0);
            tell(request.sink(), "one\ntwo");
            request.cancellation().onCancel(() -> request.sink().failed(cancelled()));
        };
        generate(chat("chat", "hi").withOptions(Options.of(Map.of("stop", List.of("\n")))));
        assertEquals("one", content());
        assertEquals(FinishReason.STOP, done().reason());
        assertEquals(4, done().usage().outputTokens());
        assertTrue(done().usage().outputTime().isPositive());
        assertTrue(runner.requests.getFirst().cancellation().cancelled());
    }

    @Test
    void limitsReachTheEngine() {
        generate(chat("chat", "hi"));
        generate(chat("chat", "hi").withOptions(Options.of(Map.of("num_predict", 7L, "num_keep", 2L, "seed", 5L, "num_ctx", 256L))));
        generate(chat("chat", "hi").withOptions(Options.of(Map.of("num_predict", 1_000_000L))));
        TokenRequest first = runner.requests.getFirst();
        assertEquals(5120, first.maxTokens());
        assertEquals(4, first.keep());
        assertEquals(-1, first.topLogprobs());
        assertTrue(first.shift());
        TokenRequest second = runner.requests.get(1);
        assertEquals(7, second.maxTokens());
        assertEquals(2, second.keep());
        assertEquals(5, second.sampling().seed());
        assertEquals(5120, runner.requests.get(2).maxTokens());
    }

    @Test
    void withoutShiftTheReplyStaysWithinTheContextAskedFor() {
        GenerateRequest asked = new GenerateRequest("chat", new Prompt.Tokens(new int[10]), Options.of(Map.of("num_ctx", 64L)),
                new OutputFormat.Free(), Thinking.DEFAULT, new KeepAlive.Unchanged(), true, false, -1, false);
        generate(asked);
        assertEquals(54, runner.requests.getFirst().maxTokens());
        assertFalse(runner.requests.getFirst().shift());
    }

    @Test
    void longPromptsAreCutOrRefused() {
        generate(GenerateRequest.of("chat", new Prompt.Tokens(new int[2000])));
        assertEquals(512 - (512 - 5) / 2, runner.requests.getFirst().prompt().length);
        assertEquals(1, done().notes().size());
        GenerateRequest whole = new GenerateRequest("chat", new Prompt.Tokens(new int[2000]), Options.NONE, new OutputFormat.Free(),
                Thinking.DEFAULT, new KeepAlive.Unchanged(), false, true, -1, false);
        assertEquals(ErrorCode.CONTEXT_EXCEEDED, failure(whole).code());
    }

    @Test
    void logprobsAreDelivered() {
        GenerateRequest asked = new GenerateRequest("chat", new Prompt.Tokens(new int[1]), Options.NONE, new OutputFormat.Free(),
                Thinking.DEFAULT, new KeepAlive.Unchanged(), true, true, 1, false);
        runner.script = request -> {
            int[] top = {'x'};
            request.sink().started(0);
            request.sink().token('a', -1f, top, new float[] {-1f});
            // the engine uses its arrays again
            top[0] = 'y';
            request.sink().token('b', -2f, top, new float[] {-2f});
            request.sink().ended(FinishReason.LENGTH, 1, 1, 2);
        };
        generate(asked);
        Content first = (Content) events.get(1);
        assertEquals("x", first.logprobs().getFirst().top().getFirst().token());
        assertEquals(FinishReason.LENGTH, done().reason());
    }

    @Test
    void renderingOnlyShowsThePrompt() {
        GenerateRequest r = chat("chat", "hi");
        generate(new GenerateRequest(r.model(), r.prompt(), r.options(), r.format(), r.thinking(), r.keepAlive(), true, true, -1, true));
        assertEquals(new Rendered("[user:hi]>", 0), events.getFirst());
        assertInstanceOf(Done.class, events.getLast());
        assertEquals(2, events.size());
        assertEquals(0, runner.requests.size());
        service.unload("chat");
    }

    @Test
    void notesSayWhatWasIgnored() {
        generate(chat("chat", "hi").withOptions(Options.of(Map.of("bogus", 1L))).withFormat(new OutputFormat.Json()));
        assertEquals(2, done().notes().size(), done().notes()::toString);
        assertTrue(done().notes().getFirst().startsWith("format is not enforced yet"));
        GenerateRequest biased = chat("chat", "hi").withOptions(new Options(Map.of(), Map.of(65, 1.0, 9999, 1.0)));
        generate(biased);
        assertEquals(Map.of(65, 1.0), runner.requests.getLast().sampling().logitBias());
        assertEquals(1, done().notes().size());
    }

    @Test
    void strictServerRefusesInstead() {
        service.close();
        service = service(true);
        assertEquals(ErrorCode.REQUEST_INVALID, failure(chat("chat", "hi").withFormat(new OutputFormat.Json())).code());
        assertEquals(ErrorCode.REQUEST_INVALID, failure(chat("chat", "hi").withOptions(Options.of(Map.of("bogus", 1L)))).code());
    }

    // refusals

    @Test
    void whatTheModelCannotDoIsRefusedBeforeLoading() {
        assertRefused("\"chat\" does not support thinking", chat("chat", "hi").withThinking(Thinking.ON));
        assertRefused("host/chat:latest does not support tools", GenerateRequest.of("chat", new Prompt.Chat(
                List.of(Message.of("user", "hi")), List.of(new ToolDefinition("f", "", Map.of(), Map.of())))));
        assertRefused("host/chat:latest does not support insert", GenerateRequest.of("chat",
                new Prompt.Text("a", "b", Optional.empty(), Optional.empty(), List.of(), new int[0])));
        assertRefused("\"embed\" does not support chat", chat("embed", "hi"));
        assertRefused("\"embed\" does not support generate", GenerateRequest.of("embed", new Prompt.Raw("a", List.of())));
        assertRefused("\"chat\" does not support images; send text only or choose a model with vision",
                GenerateRequest.of("chat", new Prompt.Raw("a", List.of(new byte[1]))));
        assertEquals(List.of(), service.loaded());
        assertEquals(ErrorCode.MODEL_NOT_FOUND, failure(chat("none", "hi")).code());
        RuntimeEvent.RequestEnded ended = (RuntimeEvent.RequestEnded) published.getLast();
        assertEquals("model.not_found", ended.outcome());
    }

    @Test
    void topLogprobsAreBounded() {
        GenerateRequest asked = new GenerateRequest("chat", new Prompt.Tokens(new int[1]), Options.NONE, new OutputFormat.Free(),
                Thinking.DEFAULT, new KeepAlive.Unchanged(), true, true, 21, false);
        assertEquals("top_logprobs must be between 0 and 20", failure(asked).getMessage());
    }

    // failure, cancellation

    @Test
    void failureOfTheEngineIsPassedOn() {
        runner.script = request -> {
            request.sink().started(0);
            tell(request.sink(), "par");
            request.sink().failed(new RuntimeFailure(ErrorCode.DEVICE_FAILED, "step failed"));
        };
        assertEquals(ErrorCode.DEVICE_FAILED, failure(chat("chat", "hi")).code());
        assertEquals("par", content());
        assertFalse(events.getLast() instanceof Done);
        assertTrue(runner.closed, "the next request loads it afresh");
        assertEquals(List.of(), service.loaded());
    }

    @Test
    void runningOutOfMemoryUnloadsAll() {
        generate(chat("chat", "hi"));
        generate(chat("full", "hi"));
        assertEquals(2, service.loaded().size());
        runner.script = request -> request.sink().failed(new RuntimeFailure(ErrorCode.OUT_OF_MEMORY, "no room"));
        assertEquals(ErrorCode.OUT_OF_MEMORY, failure(chat("chat", "hi")).code());
        assertTrue(service.loaded().stream().noneMatch(m -> m.info().name().equals("full")));
    }

    @Test
    void cancellationEndsTheGeneration() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        runner.script = request -> {
            request.sink().started(0);
            tell(request.sink(), "a");
            request.cancellation().onCancel(() -> request.sink().failed(cancelled()));
        };
        Cancellation cancellation = new Cancellation();
        Thread canceller = Thread.startVirtualThread(() -> {
            await(begun);
            cancellation.cancel();
        });
        RuntimeFailure e = assertThrows(RuntimeFailure.class, () -> service.generate(chat("chat", "hi"), cancellation, event -> {
            events.add(event);
            begun.countDown();
        }));
        canceller.join();
        assertEquals(ErrorCode.REQUEST_CANCELLED, e.code());
        assertEquals("request.cancelled", ((RuntimeEvent.RequestEnded) published.getLast()).outcome());
    }

    @Test
    void interruptEndsTheGeneration() {
        runner.script = request -> {
            request.sink().started(0);
            request.cancellation().onCancel(() -> request.sink().failed(cancelled()));
            Thread.currentThread().interrupt();
        };
        assertEquals(ErrorCode.REQUEST_CANCELLED, failure(chat("chat", "hi")).code());
        assertTrue(Thread.interrupted());
    }

    @Test
    void consumerThatThrowsEndsTheGenerationInTheEngine() {
        runner.script = request -> {
            request.sink().started(0);
            tell(request.sink(), "abc");
            request.cancellation().onCancel(() -> request.sink().failed(cancelled()));
        };
        IllegalStateException thrown = new IllegalStateException("connection gone");
        assertSame(thrown, assertThrows(IllegalStateException.class,
                () -> service.generate(chat("chat", "hi"), Cancellation.none(), event -> {
                    if (event instanceof Content) {
                        throw thrown;
                    }
                })));
        assertTrue(runner.requests.getFirst().cancellation().cancelled());
    }

    @Test
    void slowConsumerDoesNotHoldUpTheEngine() {
        CountDownLatch engineDone = new CountDownLatch(1);
        runner.script = request -> Thread.startVirtualThread(() -> {
            request.sink().started(0);
            for (int i = 0; i < 1000; i++) {
                request.sink().token('a' + i % 20, 0, new int[0], NONE);
            }
            request.sink().ended(FinishReason.STOP, 1, 1, 1001);
            engineDone.countDown();
        });
        service.generate(chat("chat", "hi"), Cancellation.none(), event -> {
            await(engineDone);
            events.add(event);
        });
        assertEquals(1000, content().length());
    }

    // models

    @Test
    void loadsAndUnloads() {
        assertEquals(0, service.load("chat", Options.NONE, new KeepAlive.Forever(), Cancellation.none()).active());
        assertEquals("chat", service.loaded().getFirst().info().name());
        service.unload("chat");
        assertEquals(List.of(), service.loaded());
        service.unload("chat");
        assertEquals(ErrorCode.MODEL_NOT_FOUND, assertThrows(RuntimeFailure.class, () -> service.unload("none")).code());
        runner.requests.clear();
    }

    @Test
    void tokenizesAndBack() {
        assertArrayEquals(new int[] {256, 'a', 258}, service.tokenize("chat", "a<|call|>", true));
        assertEquals(9, service.tokenize("chat", "a<|call|>", false).length);
        assertEquals("<s>ab", service.detokenize("chat", new int[] {256, 'a', 'b'}));
        assertThrows(RuntimeFailure.class, () -> service.detokenize("chat", new int[] {-1}));
        service.unload("chat");
    }

    @Test
    void providerServesItsOwnModels() {
        FakeProvider provider = new FakeProvider();
        services.add(provider);
        generate(chat("far/model", "hi"));
        assertEquals("from afar", content());
        assertEquals(7, ((RuntimeEvent.RequestEnded) published.getLast()).usage().outputTokens());
        assertEquals(1, service.embed(embedRequest("far/model", true, 0, "x"), Cancellation.none()).vectors().size());
        service.unload("far/model");
        assertEquals("far", service.load("far/model", Options.NONE, new KeepAlive.Unchanged(), Cancellation.none()).device());
        assertEquals(ErrorCode.MODEL_NOT_FOUND, assertThrows(RuntimeFailure.class,
                () -> service.load("far/other", Options.NONE, new KeepAlive.Unchanged(), Cancellation.none())).code());
        assertThrows(RuntimeFailure.class, () -> service.tokenize("far/model", "a", true));
    }

    // embeddings

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
        java.util.Arrays.fill(texts, "x");
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

    // helpers

    private InferenceService service(boolean strict) {
        Scheduler scheduler = new Scheduler(new SchedulePolicy(3, 10, Duration.ofMinutes(5), Duration.ofMinutes(5)),
                (model, options, cancellation) -> {
                    runner.closed = false;
                    return runner;
                },
                (model, options) -> true, new ThreadTimers(), event -> {});
        Catalog catalog = new Catalog() {
            @Override
            public StoredModel resolve(String reference) {
                return Optional.ofNullable(stored.get(reference)).orElseThrow(
                        () -> new RuntimeFailure(ErrorCode.MODEL_NOT_FOUND, "model '" + reference + "' not found"));
            }

            @Override
            public String fullName(String reference) {
                return "host/" + reference + ":latest";
            }
        };
        return new InferenceService(catalog, services, scheduler, new EngineDefaults(0, 0, 0, Optional.empty(), TensorType.F16), strict,
                new RequestLog(published::add));
    }

    private void store(String name, Capability... capabilities) {
        stored.put(name, StoredModels.of(name, "weights-" + name, Set.of(capabilities), Optional.empty(), Map.of(), List.of()));
    }

    private void says(String text) {
        runner.script = request -> {
            request.sink().started(3);
            tell(request.sink(), text);
            request.sink().ended(FinishReason.STOP, 10, 20, text.length() + 1);
        };
    }

    private static void tell(TokenSink sink, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            sink.token(b & 0xff, Float.NaN, new int[0], NONE);
        }
    }

    private void embeds(java.util.function.Function<int[], float[]> embedder) {
        runner.tokenizer = new ByteTokenizer(true);
        runner.pooling = dev.runtime.api.model.ModelShape.Pooling.MEAN;
        runner.embedder = embedder;
    }

    private static EmbedRequest embedRequest(String model, boolean truncate, int dimensions, String... texts) {
        return new EmbedRequest(model, List.of(texts), truncate, dimensions, true, Options.NONE, new KeepAlive.Unchanged());
    }

    private static GenerateRequest chat(String model, String text) {
        return GenerateRequest.of(model, new Prompt.Chat(List.of(Message.of("user", text)), List.of()));
    }

    private void generate(GenerateRequest request) {
        events.clear();
        service.generate(request, Cancellation.none(), events::add);
    }

    private RuntimeFailure failure(GenerateRequest request) {
        return assertThrows(RuntimeFailure.class, () -> generate(request));
    }

    private void assertRefused(String message, GenerateRequest request) {
        RuntimeFailure e = failure(request);
        assertEquals(message, e.getMessage());
        assertEquals(ErrorCode.REQUEST_UNSUPPORTED, e.code());
    }

    private Done done() {
        return assertInstanceOf(Done.class, events.getLast());
    }

    private String content() {
        StringBuilder text = new StringBuilder();
        events.forEach(e -> text.append(e instanceof Content c ? c.text() : ""));
        return text.toString();
    }

    private String thoughts() {
        StringBuilder text = new StringBuilder();
        events.forEach(e -> text.append(e instanceof Thought t ? t.text() : ""));
        return text.toString();
    }

    private static RuntimeFailure cancelled() {
        return new RuntimeFailure(ErrorCode.REQUEST_CANCELLED, "request canceled");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Serves names that begin with {@code far/}. */
    private static final class FakeProvider implements Provider {
        @Override
        public String name() {
            return "far";
        }

        @Override
        public List<ModelInfo> models() {
            return List.of(StoredModels.named("far/model").info());
        }

        @Override
        public boolean accepts(String model) {
            return model.startsWith("far/");
        }

        @Override
        public void generate(GenerateRequest request, Cancellation cancellation, Consumer<GenerationEvent> events) {
            events.accept(new Content("from afar", List.of()));
            Usage usage = new Usage(1, 0, 7, Duration.ofNanos(1), Duration.ofNanos(1), Duration.ofNanos(1), Duration.ofNanos(1),
                    Duration.ofNanos(1));
            events.accept(new Done(FinishReason.STOP, usage, List.of(), new int[0]));
        }

        @Override
        public EmbedResult embed(EmbedRequest request, Cancellation cancellation) {
            return new EmbedResult(List.of(new float[] {1}), Usage.NONE, List.of());
        }
    }
}
