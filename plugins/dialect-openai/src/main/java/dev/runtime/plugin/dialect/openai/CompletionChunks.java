package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.Logprob;
import dev.runtime.plugin.dialect.LiveReply;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes completions as events; the last of an answer says why it ended. For one thread. */
final class CompletionChunks implements Consumer<GenerationEvent> {
    private static final Map<String, Object> NOT_YET = new TokenCount().usage();

    private final CompletionObjects objects;
    private final LiveReply live;
    private final boolean usage;
    private int index;
    private int written;
    private boolean thought;

    CompletionChunks(CompletionObjects objects, LiveReply live, boolean usage) {
        this.objects = objects;
        this.live = live;
        this.usage = usage;
    }

    /** Begins an answer; an echo is part of its first event. */
    void begin(int choice) {
        index = choice;
        written = 0;
        thought = false;
    }

    @Override
    public void accept(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.Started started -> { }
            case GenerationEvent.Content content -> {
                if (!content.text().isEmpty() || !content.logprobs().isEmpty()) {
                    live.data(part(content.text(), null, content.logprobs()));
                }
            }
            case GenerationEvent.Thought thoughts -> thought = true;
            case GenerationEvent.Called called -> { }
            case GenerationEvent.Rendered rendered -> { }
            case GenerationEvent.Done done -> {
                objects.end(done, thought);
                Map<String, Object> last = part("", CompletionObjects.reason(done), List.of());
                ChatObjects.putNotes(last, objects.notes());
                live.data(last);
            }
        }
    }

    private Map<String, Object> part(String text, String reason, List<Logprob> logprobs) {
        String all = written == 0 ? objects.echo() + text : text;
        Map<String, Object> part = objects.part(
                CompletionObjects.choice(index, all, reason, logprobs, written == 0 ? objects.echo().length() : written));
        if (usage) {
            part.put("usage", NOT_YET);
        }
        written += all.length();
        return part;
    }

    /** Ends the reply. */
    void end() {
        if (usage) {
            live.data(objects.usage());
        }
        live.done();
    }
}
