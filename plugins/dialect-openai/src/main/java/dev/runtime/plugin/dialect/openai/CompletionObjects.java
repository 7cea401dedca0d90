package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Logprob;
import dev.runtime.plugin.dialect.CollectedReply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Makes the objects of a completion, and collects all answers of a reply in one piece. For one thread. */
final class CompletionObjects implements Consumer<GenerationEvent> {
    private final ReplyHead head;
    private final String echo;
    private final Set<String> notes;
    private final TokenCount count = new TokenCount();
    private final List<Map<String, Object>> choices = new ArrayList<>();
    private CollectedReply reply = new CollectedReply();
    private int index;

    /**
     * Creates.
     *
     * @param echo text that comes before each answer
     * @param notes what is to be said about the request already
     */
    CompletionObjects(ReplyHead head, String echo, List<String> notes) {
        this.head = head;
        this.echo = echo;
        this.notes = new LinkedHashSet<>(notes);
    }

    String echo() {
        return echo;
    }

    List<String> notes() {
        return List.copyOf(notes);
    }

    /** Begins an answer. */
    void begin(int choice) {
        index = choice;
        reply = new CollectedReply();
    }

    @Override
    public void accept(GenerationEvent event) {
        reply.accept(event);
        if (event instanceof GenerationEvent.Done done) {
            end(done, !reply.thought().isEmpty());
            choices.add(choice(index, echo + reply.text(), reason(done), reply.logprobs(), echo.length()));
        }
    }

    /** Counts an answer that has ended. */
    void end(GenerationEvent.Done done, boolean thought) {
        count.add(done.usage());
        notes.addAll(done.notes());
        if (thought) {
            notes.add("thoughts were left out: this kind of reply has no place for them");
        }
    }

    /** Returns the reply in one piece. */
    Map<String, Object> whole() {
        Map<String, Object> body = head.begin();
        body.put("choices", choices);
        body.put("usage", count.usage());
        ChatObjects.putNotes(body, notes);
        return body;
    }

    /** Returns an object with a part of an answer. */
    Map<String, Object> part(Map<String, Object> choice) {
        Map<String, Object> body = head.begin();
        body.put("choices", List.of(choice));
        return body;
    }

    /** Returns the object that counts tokens after all answers. */
    Map<String, Object> usage() {
        Map<String, Object> body = head.begin();
        body.put("choices", List.of());
        body.put("usage", count.usage());
        return body;
    }

    static Map<String, Object> choice(int index, String text, String reason, List<Logprob> logprobs, int offset) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("text", text);
        choice.put("index", index);
        if (!logprobs.isEmpty()) {
            choice.put("logprobs", LogprobObjects.columns(logprobs, offset));
        }
        choice.put("finish_reason", reason);
        return choice;
    }

    static String reason(GenerationEvent.Done done) {
        return done.reason().name().toLowerCase(Locale.ROOT);
    }
}
