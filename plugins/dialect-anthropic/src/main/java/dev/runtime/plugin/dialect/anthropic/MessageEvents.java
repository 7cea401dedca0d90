package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.plugin.dialect.JsonText;
import dev.runtime.plugin.dialect.LiveReply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Writes a reply as events: blocks one after the other, each closed before the next opens. For one thread. */
final class MessageEvents implements Consumer<GenerationEvent> {
    private enum Block {
        NONE,
        TEXT,
        THINKING
    }

    private final MessageObjects objects;
    private final LiveReply live;
    private final List<String> notes;
    /** Until the engine says better, a prompt has one token. */
    private int prompt = 1;
    private int cached;
    private boolean begun;
    private Block open = Block.NONE;
    private int index;
    private boolean thoughtOver;
    private boolean thoughtDropped;
    private boolean called;

    /**
     * Creates.
     *
     * @param notes what is to be said about the request already
     */
    MessageEvents(MessageObjects objects, LiveReply live, List<String> notes) {
        this.objects = objects;
        this.live = live;
        this.notes = new ArrayList<>(notes);
    }

    @Override
    public void accept(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.Started started -> {
                prompt = started.promptTokens();
                cached = started.cachedTokens();
            }
            case GenerationEvent.Content content -> {
                if (!content.text().isEmpty()) {
                    open(Block.TEXT);
                    delta(MessageObjects.block("text_delta", "text", content.text()));
                }
            }
            case GenerationEvent.Thought thought -> {
                if (!thought.text().isEmpty()) {
                    think(thought.text());
                }
            }
            case GenerationEvent.Called call -> call(call.call());
            case GenerationEvent.Rendered rendered -> { }
            case GenerationEvent.Done done -> finish(done);
        }
    }

    /** Clients put blocks together by kind, so thoughts that come back after an end have no place. */
    private void think(String text) {
        if (thoughtOver) {
            thoughtDropped = true;
            return;
        }
        open(Block.THINKING);
        delta(MessageObjects.block("thinking_delta", "thinking", text));
    }

    private void call(ToolCall call) {
        open(Block.NONE);
        called = true;
        start(MessageObjects.call(call, Map.of()));
        delta(MessageObjects.block("input_json_delta", "partial_json", JsonText.text(call.arguments())));
        stop();
    }

    private void finish(GenerationEvent.Done done) {
        open(Block.NONE);
        notes.addAll(done.notes());
        if (thoughtDropped) {
            notes.add("later thoughts were left out");
        }
        Map<String, Object> delta = typed("message_delta");
        delta.put("delta", Map.of("stop_reason", MessageObjects.reason(done.reason(), called)));
        delta.put("usage", MessageObjects.usage(done.usage().promptTokens(), done.usage().cachedTokens(), done.usage().outputTokens()));
        MessageObjects.putNotes(delta, notes);
        live.event("message_delta", delta);
        live.event("message_stop", typed("message_stop"));
    }

    /** Sees to it that a block is open, or none; the message begins with the first. */
    private void open(Block wanted) {
        begin();
        if (open == wanted) {
            return;
        }
        if (open != Block.NONE) {
            thoughtOver |= open == Block.THINKING;
            stop();
        }
        open = wanted;
        switch (wanted) {
            case NONE -> { }
            case TEXT -> start(MessageObjects.block("text", "text", ""));
            case THINKING -> start(MessageObjects.block("thinking", "thinking", ""));
        }
    }

    private void begin() {
        if (begun) {
            return;
        }
        begun = true;
        Map<String, Object> message = objects.begin();
        message.put("usage", MessageObjects.usage(prompt, cached, 0));
        Map<String, Object> start = typed("message_start");
        start.put("message", message);
        live.event("message_start", start);
    }

    private void start(Map<String, Object> block) {
        Map<String, Object> start = indexed("content_block_start");
        start.put("content_block", block);
        live.event("content_block_start", start);
    }

    private void delta(Map<String, Object> part) {
        Map<String, Object> delta = indexed("content_block_delta");
        delta.put("delta", part);
        live.event("content_block_delta", delta);
    }

    private void stop() {
        live.event("content_block_stop", indexed("content_block_stop"));
        index++;
    }

    private Map<String, Object> indexed(String type) {
        Map<String, Object> event = typed(type);
        event.put("index", index);
        return event;
    }

    private static Map<String, Object> typed(String type) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", type);
        return event;
    }
}
