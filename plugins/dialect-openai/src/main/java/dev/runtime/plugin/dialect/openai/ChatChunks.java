package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Logprob;
import dev.runtime.api.inference.Role;
import dev.runtime.plugin.dialect.LiveReply;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Writes a conversation's answers as events, one answer after the other. For one thread. */
final class ChatChunks implements Consumer<GenerationEvent> {
    private final ReplyHead head;
    private final LiveReply live;
    private final Set<String> notes;
    private final TokenCount count = new TokenCount();
    private int index;
    private boolean first;
    private boolean called;

    /**
     * Creates.
     *
     * @param notes what is to be said about the request already
     */
    ChatChunks(ReplyHead head, LiveReply live, List<String> notes) {
        this.head = head;
        this.live = live;
        this.notes = new LinkedHashSet<>(notes);
    }

    LiveReply live() {
        return live;
    }

    /** Begins an answer; nothing is written yet. */
    void begin(int choice) {
        index = choice;
        first = true;
        called = false;
    }

    @Override
    public void accept(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.Started started -> { }
            case GenerationEvent.Content content -> {
                if (!content.text().isEmpty() || !content.logprobs().isEmpty()) {
                    write(delta(content.text()), content.logprobs());
                }
            }
            case GenerationEvent.Thought thought -> {
                if (!thought.text().isEmpty() || !thought.logprobs().isEmpty()) {
                    Map<String, Object> delta = delta("");
                    delta.put("reasoning", thought.text());
                    write(delta, thought.logprobs());
                }
            }
            case GenerationEvent.Called call -> {
                called = true;
                Map<String, Object> delta = delta("");
                delta.put("tool_calls", List.of(ChatObjects.call(call.call())));
                write(delta, List.of());
            }
            case GenerationEvent.Rendered rendered -> { }
            case GenerationEvent.Done done -> finish(done);
        }
    }

    private void finish(GenerationEvent.Done done) {
        if (first) {
            write(delta(""), List.of());
        }
        count.add(done.usage());
        notes.addAll(done.notes());
        Map<String, Object> chunk = chunk(Map.of(), ChatObjects.reason(done.reason(), called), List.of());
        ChatObjects.putNotes(chunk, notes);
        live.data(chunk);
    }

    /** Ends the reply. */
    void end(boolean usage) {
        if (usage) {
            Map<String, Object> chunk = head.begin();
            chunk.put("choices", List.of());
            chunk.put("usage", count.usage());
            live.data(chunk);
        }
        live.done();
    }

    private Map<String, Object> delta(String content) {
        Map<String, Object> delta = new LinkedHashMap<>();
        if (first) {
            delta.put("role", Role.ASSISTANT);
            first = false;
        }
        delta.put("content", content);
        return delta;
    }

    private void write(Map<String, Object> delta, List<Logprob> logprobs) {
        live.data(chunk(delta, null, logprobs));
    }

    private Map<String, Object> chunk(Map<String, Object> delta, String reason, List<Logprob> logprobs) {
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", index);
        choice.put("delta", delta);
        choice.put("finish_reason", reason);
        ChatObjects.putLogprobs(choice, logprobs);
        Map<String, Object> chunk = head.begin();
        chunk.put("choices", List.of(choice));
        return chunk;
    }
}
