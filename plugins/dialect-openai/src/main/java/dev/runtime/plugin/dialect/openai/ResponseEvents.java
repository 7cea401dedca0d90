package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.GenerationEvent;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.plugin.dialect.Identifiers;
import dev.runtime.plugin.dialect.JsonText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Turns a generation into the events of a response, of which each item is closed before the next opens. A reply in one piece is what
 * the last of them holds. For one thread.
 */
final class ResponseEvents implements Consumer<GenerationEvent> {
    private enum Item {
        NONE,
        REASONING,
        MESSAGE
    }

    private final ResponseObjects objects;
    private final BiConsumer<String, Map<String, Object>> out;
    private final List<String> notes;
    private final List<Map<String, Object>> output = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private Map<String, Object> response = Map.of();
    private Item open = Item.NONE;
    private String itemId = "";
    private boolean begun;
    private boolean called;
    private boolean leftOut;
    private int sequence;

    /**
     * Creates.
     *
     * @param out takes each event with its name
     * @param notes what is to be said about the request already
     */
    ResponseEvents(ResponseObjects objects, BiConsumer<String, Map<String, Object>> out, List<String> notes) {
        this.objects = objects;
        this.out = out;
        this.notes = new ArrayList<>(notes);
    }

    /** Returns the response as it is at its end; before that, an empty object. */
    Map<String, Object> response() {
        return response;
    }

    List<String> notes() {
        return notes;
    }

    @Override
    public void accept(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.Started started -> { }
            case GenerationEvent.Content content -> {
                if (!content.text().isEmpty()) {
                    text(content.text());
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

    private void text(String more) {
        if (called) {
            leftOut = true;
            return;
        }
        message();
        text.append(more);
        Map<String, Object> delta = part("response.output_text.delta");
        delta.put("delta", more);
        delta.put("logprobs", List.of());
        write(delta);
    }

    private void message() {
        if (open == Item.MESSAGE) {
            return;
        }
        open(Item.MESSAGE, "msg");
        added(ResponseObjects.message(itemId, "in_progress", List.of()));
        Map<String, Object> part = part("response.content_part.added");
        part.put("part", ResponseObjects.text(""));
        write(part);
    }

    private void think(String more) {
        if (called || open == Item.MESSAGE) {
            leftOut = true;
            return;
        }
        if (open != Item.REASONING) {
            open(Item.REASONING, "rs");
            added(ResponseObjects.reasoning(itemId, "", false));
        }
        text.append(more);
        Map<String, Object> delta = summary("response.reasoning_summary_text.delta");
        delta.put("delta", more);
        write(delta);
    }

    private void call(ToolCall call) {
        open(Item.NONE, "fc");
        called = true;
        String callId = Identifiers.of(call);
        String arguments = JsonText.text(call.arguments());
        added(ResponseObjects.call(itemId, callId, call, false));
        Map<String, Object> delta = ofItem("response.function_call_arguments.delta");
        delta.put("delta", arguments);
        write(delta);
        Map<String, Object> done = ofItem("response.function_call_arguments.done");
        done.put("arguments", arguments);
        write(done);
        done(ResponseObjects.call(itemId, callId, call, true));
    }

    private void finish(GenerationEvent.Done done) {
        if (!called) {
            message();
        }
        close();
        notes.addAll(done.notes());
        if (leftOut) {
            notes.add("text and thoughts after the place for them were left out");
        }
        if (done.reason() == FinishReason.LENGTH) {
            notes.add("the answer ended at the limit of tokens");
        }
        Map<String, Object> completed = typed("response.completed");
        response = objects.completed(output, done.usage(), notes);
        completed.put("response", response);
        write(completed);
    }

    /** Writes a failure on the way as the last event. */
    void fail(RuntimeFailure failure) {
        Map<String, Object> failed = typed("response.failed");
        failed.put("response", objects.failed(output, failure));
        write(failed);
    }

    private void open(Item item, String kind) {
        if (!begun) {
            begun = true;
            for (String name : List.of("response.created", "response.in_progress")) {
                Map<String, Object> event = typed(name);
                event.put("response", objects.begun());
                write(event);
            }
        }
        close();
        open = item;
        itemId = objects.itemId(kind);
    }

    private void close() {
        switch (open) {
            case NONE -> { }
            case REASONING -> {
                Map<String, Object> end = summary("response.reasoning_summary_text.done");
                end.put("text", text.toString());
                write(end);
                done(ResponseObjects.reasoning(itemId, text.toString(), true));
            }
            case MESSAGE -> {
                Map<String, Object> end = part("response.output_text.done");
                end.put("text", text.toString());
                end.put("logprobs", List.of());
                write(end);
                Map<String, Object> part = part("response.content_part.done");
                part.put("part", ResponseObjects.text(text.toString()));
                write(part);
                done(ResponseObjects.message(itemId, "completed", List.of(ResponseObjects.text(text.toString()))));
            }
        }
        open = Item.NONE;
        text.setLength(0);
    }

    private void added(Map<String, Object> item) {
        Map<String, Object> event = typed("response.output_item.added");
        event.put("output_index", output.size());
        event.put("item", item);
        write(event);
    }

    private void done(Map<String, Object> item) {
        Map<String, Object> event = typed("response.output_item.done");
        event.put("output_index", output.size());
        event.put("item", item);
        write(event);
        output.add(item);
    }

    private Map<String, Object> part(String type) {
        Map<String, Object> event = ofItem(type);
        event.put("content_index", 0);
        return event;
    }

    private Map<String, Object> summary(String type) {
        Map<String, Object> event = ofItem(type);
        event.put("summary_index", 0);
        return event;
    }

    private Map<String, Object> ofItem(String type) {
        Map<String, Object> event = typed(type);
        event.put("item_id", itemId);
        event.put("output_index", output.size());
        return event;
    }

    private Map<String, Object> typed(String type) {
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("type", type);
        event.put("sequence_number", sequence++);
        return event;
    }

    private void write(Map<String, Object> event) {
        out.accept((String) event.get("type"), event);
    }
}
