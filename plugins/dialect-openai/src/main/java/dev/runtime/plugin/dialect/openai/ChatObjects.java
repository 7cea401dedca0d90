package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.inference.FinishReason;
import dev.runtime.api.inference.Logprob;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.plugin.dialect.CollectedReply;
import dev.runtime.plugin.dialect.Identifiers;
import dev.runtime.plugin.dialect.JsonText;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Parts of chat's replies, with the keys in the order of the reference. */
final class ChatObjects {
    private ChatObjects() {}

    /** Returns one answer of a reply in one piece. */
    static Map<String, Object> choice(int index, CollectedReply reply) {
        Map<String, Object> message = new LinkedHashMap<>();
        message.put("role", Role.ASSISTANT);
        message.put("content", reply.text());
        if (!reply.thought().isEmpty()) {
            message.put("reasoning", reply.thought());
        }
        if (!reply.calls().isEmpty()) {
            message.put("tool_calls", reply.calls().stream().map(ChatObjects::call).toList());
        }
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("index", index);
        choice.put("message", message);
        choice.put("finish_reason", reason(reply.done().reason(), !reply.calls().isEmpty()));
        putLogprobs(choice, reply.logprobs());
        return choice;
    }

    /** Returns a tool call, whose arguments are a text of JSON. */
    static Map<String, Object> call(ToolCall call) {
        Map<String, Object> function = new LinkedHashMap<>();
        function.put("name", call.name());
        function.put("arguments", JsonText.text(call.arguments()));
        Map<String, Object> each = new LinkedHashMap<>();
        each.put("id", Identifiers.of(call));
        each.put("index", call.index());
        each.put("type", "function");
        each.put("function", function);
        return each;
    }

    static String reason(FinishReason reason, boolean called) {
        return reason == FinishReason.STOP && called ? "tool_calls" : reason.name().toLowerCase(Locale.ROOT);
    }

    static void putLogprobs(Map<String, Object> choice, List<Logprob> logprobs) {
        if (!logprobs.isEmpty()) {
            choice.put("logprobs", Map.of("content", LogprobObjects.tokens(logprobs)));
        }
    }

    static void putNotes(Map<String, Object> body, Collection<String> notes) {
        if (!notes.isEmpty()) {
            body.put("notes", List.copyOf(notes));
        }
    }
}
