package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.plugin.dialect.CollectedReply;
import dev.runtime.plugin.dialect.Identifiers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the objects of one reply.
 *
 * @param id the reply's id
 * @param model the model as the client named it
 */
record MessageObjects(String id, String model) {
    static MessageObjects of(String model) {
        return new MessageObjects(Identifiers.next("msg_"), model);
    }

    /** Returns a message that is still empty. */
    Map<String, Object> begin() {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("id", id);
        message.put("type", "message");
        message.put("role", Role.ASSISTANT);
        message.put("model", model);
        message.put("content", List.of());
        return message;
    }

    /** Returns the reply in one piece. */
    Map<String, Object> whole(CollectedReply reply) {
        List<Map<String, Object>> content = new ArrayList<>();
        if (!reply.thought().isEmpty()) {
            content.add(block("thinking", "thinking", reply.thought()));
        }
        if (!reply.text().isEmpty()) {
            content.add(block("text", "text", reply.text()));
        }
        reply.calls().forEach(call -> content.add(call(call, call.arguments())));
        Map<String, Object> message = begin();
        message.put("content", content);
        message.put("stop_reason", reason(reply.done().reason(), !reply.calls().isEmpty()));
        message.put("usage", usage(reply.done().usage().promptTokens(), reply.done().usage().cachedTokens(),
                reply.done().usage().outputTokens()));
        return message;
    }

    static Map<String, Object> block(String type, String key, String text) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", type);
        block.put(key, text);
        return block;
    }

    /** Returns the block of a call; one that is about to be streamed begins without input. */
    static Map<String, Object> call(ToolCall call, Map<String, Object> input) {
        Map<String, Object> block = new LinkedHashMap<>();
        block.put("type", "tool_use");
        block.put("id", Identifiers.of(call));
        block.put("name", call.name());
        block.put("input", input);
        return block;
    }

    static String reason(FinishReason reason, boolean called) {
        if (called) {
            return "tool_use";
        }
        return switch (reason) {
            case STOP -> "end_turn";
            case LENGTH -> "max_tokens";
            case LOAD, UNLOAD -> "stop_sequence";
        };
    }

    /** Returns the object of {@code usage}; tokens from the cache are no input tokens here. */
    static Map<String, Object> usage(int prompt, int cached, int output) {
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("input_tokens", prompt - cached);
        usage.put("cache_read_input_tokens", cached);
        usage.put("output_tokens", output);
        return usage;
    }

    static void putNotes(Map<String, Object> object, List<String> notes) {
        if (!notes.isEmpty()) {
            object.put("notes", List.copyOf(notes));
        }
    }
}
