package dev.runtime.kernel.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.GenerationEvent.Called;
import dev.runtime.api.inference.GenerationEvent.Content;
import dev.runtime.api.inference.GenerationEvent.Thought;
import dev.runtime.api.inference.Logprob;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.api.text.OutputParser;
import dev.runtime.kernel.testing.FakeLanguage;
import dev.runtime.kernel.testing.FakeTokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyStreamTests {
    private final List<GenerationEvent> events = new ArrayList<>();
    private final Notes notes = new Notes(false);
    private int fed;

    @Test
    void neverPassesHalfACharacter() {
        ReplyStream reply = plain(false);
        assertTrue(feed(reply, "aé😀"));
        reply.finish();
        assertEquals(List.of("a", "é", "😀"), events.stream().map(e -> ((Content) e).text()).toList());
    }

    @Test
    void controlTokensAreShownOnlyToAParserThatAsks() {
        ReplyStream reply = plain(false);
        reply.token(token(FakeLanguage.GO, 0));
        feed(reply, "x");
        reply.finish();
        assertEquals("x", content());
        events.clear();

        ReplyStream parsed = parsed(List.of(), false);
        parsed.token(token(FakeLanguage.SEPARATOR, 0));
        parsed.token(token(FakeLanguage.GO, 0));
        feed(parsed, "f;y");
        parsed.token(token(FakeLanguage.GO, 0));
        feed(parsed, "g;");
        parsed.finish();
        assertEquals("y", content());
        List<Called> calls = events.stream().filter(Called.class::isInstance).map(Called.class::cast).toList();
        assertEquals(List.of("f", "g"), calls.stream().map(c -> c.call().name()).toList());
        assertEquals(List.of(0, 1), calls.stream().map(c -> c.call().index()).toList());
        assertTrue(calls.getFirst().call().id().matches("call_[a-z0-9]{8}"));
        assertNotEquals(calls.getFirst().call().id(), calls.getLast().call().id());
    }

    @Test
    void stopStringsCutAlsoWhereTheParserWouldThink() {
        ReplyStream reply = parsed(List.of("END"), false);
        assertFalse(feed(reply, "a{bcENDd}e"));
        reply.finish();
        assertTrue(reply.stopped());
        assertEquals("a", content());
        assertEquals("bc", thoughts());
    }

    @Test
    void controlTokenCanBeAStopString() {
        ReplyStream reply = new ReplyStream(new FakeTokenizer(true, false), List.of("<sep>"), PlainParser.INSTANCE, false, notes, events::add);
        feed(reply, "ab");
        assertFalse(reply.token(token(FakeLanguage.SEPARATOR, 0)));
        reply.finish();
        assertEquals("ab", content());
    }

    @Test
    void unfinishedCallBecomesContentWithANote() {
        ReplyStream reply = parsed(List.of(), false);
        reply.token(token(FakeLanguage.GO, 0));
        feed(reply, "f");
        reply.finish();
        assertEquals("<go>f", content());
        assertEquals(List.of("unfinished call"), notes.texts());
    }

    @Test
    void everyTokenHasOneLogprobAlsoWhileTheParserWaits() {
        ReplyStream reply = parsed(List.of(), true);
        feed(reply, "a{b}");
        reply.token(token(FakeLanguage.GO, -fed++));
        feed(reply, "f;é");
        reply.finish();
        List<Logprob> all = logprobs();
        assertEquals(fed, all.size());
        for (int i = 0; i < fed; i++) {
            assertEquals(-i, all.get(i).logprob());
        }
        Content first = (Content) events.getFirst();
        assertEquals("a", first.text());
        assertEquals(1, first.logprobs().size());
    }

    @Test
    void logprobsBeyondAStopStringAreLost() {
        ReplyStream reply = new ReplyStream(new FakeTokenizer(true, false), List.of("cd"), PlainParser.INSTANCE, true, notes, events::add);
        feed(reply, "abcde");
        reply.finish();
        assertEquals("ab", content());
        assertEquals(List.of("a", "b"), logprobs().stream().map(Logprob::token).toList());
    }

    @Test
    void heldBackTextBringsItsLogprobsLater() {
        ReplyStream reply = new ReplyStream(new FakeTokenizer(true, false), List.of("bcx"), PlainParser.INSTANCE, true, notes, events::add);
        feed(reply, "abc");
        assertEquals(1, logprobs().size());
        reply.finish();
        assertEquals("abc", content());
        assertEquals(3, logprobs().size());
    }

    @Test
    void alternativesAreListedBestFirst() {
        ReplyStream reply = plain(true);
        reply.token(new TokenMailbox.Token('a', -0.5f, new int[] {'a', 'b'}, new float[] {-0.5f, -1.5f}));
        Logprob logprob = logprobs().getFirst();
        assertArrayEquals(new byte[] {'a'}, logprob.bytes());
        assertEquals(List.of("a", "b"), logprob.top().stream().map(Logprob::token).toList());
        assertEquals(-1.5, logprob.top().get(1).logprob());
    }

    @Test
    void endsAModelThatRepeatsItself() {
        ReplyStream reply = plain(false);
        int n = 0;
        while (reply.token(token('a', 0))) {
            n++;
        }
        reply.finish();
        assertEquals(LoopGuard.MOST + 1, n);
        assertTrue(reply.stopped());
        assertTrue(notes.texts().getFirst().contains("repeated itself"));
        assertEquals("a".repeat(n + 1), content());
    }

    @Test
    void sensibleRepetitionGoesOn() {
        ReplyStream reply = plain(false);
        assertTrue(feed(reply, "ab".repeat(200)));
        assertTrue(feed(reply, "-".repeat(LoopGuard.MOST)));
    }

    private ReplyStream plain(boolean logprobs) {
        return new ReplyStream(new FakeTokenizer(true, false), List.of(), PlainParser.INSTANCE, logprobs, notes, events::add);
    }

    private ReplyStream parsed(List<String> stops, boolean logprobs) {
        OutputParser.Session session = new FakeParser(1).open(new OutputParser.Request(List.<ToolDefinition>of(), true, ""));
        return new ReplyStream(new FakeTokenizer(true, false), stops, session, logprobs, notes, events::add);
    }

    private boolean feed(ReplyStream reply, String text) {
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (!reply.token(token(b & 0xff, -fed++))) {
                return false;
            }
        }
        return true;
    }

    private static TokenMailbox.Token token(int id, float logprob) {
        return new TokenMailbox.Token(id, logprob, new int[0], new float[0]);
    }

    private String content() {
        return Said.content(events);
    }

    private String thoughts() {
        return Said.thoughts(events);
    }

    private List<Logprob> logprobs() {
        List<Logprob> all = new ArrayList<>();
        events.forEach(e -> all.addAll(e instanceof Content c ? c.logprobs() : e instanceof Thought t ? t.logprobs() : List.of()));
        return all;
    }
}
