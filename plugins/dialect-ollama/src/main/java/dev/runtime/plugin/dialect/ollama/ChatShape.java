package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.plugin.dialect.Identifiers;
import dev.runtime.plugin.dialect.Replies;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Replies of chat: a message. */
record ChatShape() implements ReplyShape {
    @Override
    public void put(Map<String, Object> reply, Piece piece) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", Role.ASSISTANT);
        message.put("content", piece.text());
        if (!piece.thought().isEmpty()) {
            message.put("thinking", piece.thought());
        }
        if (!piece.calls().isEmpty()) {
            message.put("tool_calls", calls(piece.calls()));
        }
        reply.put("message", message);
    }

    @Override
    public void putNothing(Map<String, Object> reply) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", "");
        message.put("content", "");
        reply.put("message", message);
    }

    @Override
    public boolean callsLast() {
        return false;
    }

    @Override
    public boolean context() {
        return false;
    }

    /** Returns tool calls as replies hold them; a call without an id gets one. */
    static List<Map<String, Object>> calls(List<ToolCall> calls) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (ToolCall call : calls) {
            Map<String, Object> function = new LinkedHashMap<>();
            function.put("index", call.index());
            function.put("name", call.name());
            function.put("arguments", call.arguments());
            Map<String, Object> each = new LinkedHashMap<>();
            each.put("id", Identifiers.of(call));
            each.put("function", function);
            all.add(each);
        }
        return all;
    }
}
