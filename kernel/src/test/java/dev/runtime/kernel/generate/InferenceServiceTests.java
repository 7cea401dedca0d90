package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.event.RuntimeEvent;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerateRequest;
import dev.runtime.api.inference.GenerationEvent.Content;
import dev.runtime.api.inference.GenerationEvent.Done;
import dev.runtime.api.inference.GenerationEvent.Rendered;
import dev.runtime.api.inference.GenerationEvent.Started;
import dev.runtime.api.inference.KeepAlive;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Options;
import dev.runtime.api.inference.OutputFormat;
import dev.runtime.api.inference.Prompt;
import dev.runtime.api.inference.Thinking;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.inference.Usage;
import dev.runtime.kernel.engine.TokenRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a generation delivers, and what is refused before it begins. */
class InferenceServiceTests extends ServiceFixture {
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
        assertEquals("{ }", parser.hints.template());
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
        generate(chat("chat", "hi").withOptions(Options.of(Map.of("bogus", 1L)))
                .withFormat(new OutputFormat.Schema(Map.of("type", "string", "format", "regex"))));
        assertEquals(2, done().notes().size(), done().notes()::toString);
        assertTrue(done().notes().getLast().startsWith("\"format\" of the schema is not enforced"));
        assertTrue(runner.requests.getLast().mask().isPresent());
        GenerateRequest biased = chat("chat", "hi").withOptions(new Options(Map.of(), Map.of(65, 1.0, 9999, 1.0)));
        generate(biased);
        assertEquals(Map.of(65, 1.0), runner.requests.getLast().sampling().logitBias());
        assertEquals(1, done().notes().size());
    }

    @Test
    void aFormatThatIsWrongIsRefused() {
        assertEquals(ErrorCode.REQUEST_INVALID, failure(chat("chat", "hi").withFormat(new OutputFormat.Grammar("root ::= ("))).code());
        assertEquals(ErrorCode.REQUEST_INVALID, failure(chat("chat", "hi").withFormat(new OutputFormat.Regex("("))).code());
        assertEquals(ErrorCode.REQUEST_INVALID, failure(chat("chat", "hi").withFormat(new OutputFormat.Choice(List.of()))).code());
        assertEquals(0, runner.requests.size());
    }

    @Test
    void strictServerRefusesInstead() {
        service.close();
        service = service(true);
        assertEquals(ErrorCode.REQUEST_INVALID, failure(chat("chat", "hi")
                .withFormat(new OutputFormat.Schema(Map.of("uniqueItems", true)))).code());
        assertEquals(ErrorCode.REQUEST_INVALID, failure(chat("chat", "hi").withOptions(Options.of(Map.of("bogus", 1L)))).code());
    }

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

    private void assertRefused(String message, GenerateRequest request) {
        RuntimeFailure e = failure(request);
        assertEquals(message, e.getMessage());
        assertEquals(ErrorCode.REQUEST_UNSUPPORTED, e.code());
    }

    private String thoughts() {
        return Said.thoughts(events);
    }
}
