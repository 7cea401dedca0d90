package dev.runtime.plugin.dialect.ollama;

import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.api.inference.ToolDefinition;
import dev.runtime.plugin.dialect.Base64Files;
import dev.runtime.plugin.dialect.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reads messages and tools. */
final class ChatReader {
    private ChatReader() {}

    /** Reads messages; fields of theirs that are not known are added to the list. */
    static List<Message> messages(Fields request, List<String> ignored) {
        List<Message> messages = new ArrayList<>();
        for (Fields each : request.each("messages")) {
            messages.add(new Message(each.string("role").toLowerCase(Locale.ROOT), each.string("content"), each.string("thinking"),
                    Base64Files.read(each, "images"), calls(each, ignored), each.string("tool_name"), each.string("tool_call_id")));
            ignored.addAll(each.ignored());
        }
        return messages;
    }

    private static List<ToolCall> calls(Fields message, List<String> ignored) {
        List<ToolCall> calls = new ArrayList<>();
        for (Fields each : message.each("tool_calls")) {
            Fields function = each.fields("function");
            calls.add(new ToolCall(each.string("id"), function.integer("index", calls.size()), function.string("name"),
                    function.object("arguments")));
            each.known("type");
            ignored.addAll(each.ignored());
            ignored.addAll(function.ignored());
        }
        return calls;
    }

    /** Reads tools. All keys of a declaration are kept, in the client's order: the model sees what the client wrote. */
    static List<ToolDefinition> tools(Fields request) {
        List<ToolDefinition> tools = new ArrayList<>();
        for (Object declaration : request.list("tools")) {
            Fields tool = new Fields("tools[" + tools.size() + "].", declaration);
            Fields function = tool.fields("function");
            tools.add(new ToolDefinition(function.string("name"), function.string("description"), function.object("parameters"),
                    plain(declaration)));
        }
        return tools;
    }

    @SuppressWarnings("unchecked")
    private static java.util.Map<String, Object> plain(Object declaration) {
        return declaration == null ? java.util.Map.of() : (java.util.Map<String, Object>) declaration;
    }
}
