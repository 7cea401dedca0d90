package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.plugin.dialect.Base64Files;
import dev.runtime.plugin.dialect.Fields;
import dev.runtime.plugin.dialect.JsonText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the messages of chat. A message of several parts becomes several messages of the same role, in order. For one request. */
final class ChatMessages {
    private final List<String> ignored;
    private final List<Message> messages = new ArrayList<>();
    /** Names of tools by the ids of their calls, for results that say only the id. */
    private final Map<String, String> called = new HashMap<>();

    private ChatMessages(List<String> ignored) {
        this.ignored = ignored;
    }

    /**
     * Reads.
     *
     * @param ignored takes the names of fields that are not known
     * @throws RuntimeFailure with {@code request.invalid} if there is none, or one is malformed
     */
    static List<Message> read(Fields request, List<String> ignored) {
        ChatMessages reader = new ChatMessages(ignored);
        List<Fields> given = request.each("messages");
        if (given.isEmpty()) {
            throw invalid("[] is too short - 'messages'");
        }
        given.forEach(reader::add);
        return reader.messages;
    }

    private void add(Fields message) {
        String role = role(message.string("role"));
        String thinking = message.optionalString("reasoning").or(() -> message.optionalString("reasoning_content")).orElse("");
        message.known("reasoning_content");
        List<ToolCall> calls = calls(message);
        String callId = message.string("tool_call_id");
        String toolName = role.equals(Role.TOOL) ? message.optionalString("name").orElse(called.getOrDefault(callId, "")) : "";
        message.knownIf("annotations", List.of()::equals);
        Optional<Object> content = message.value("content").filter(c -> !(c instanceof List<?> list && list.isEmpty()));
        ignored.addAll(message.ignored());
        if (content.isEmpty() && calls.isEmpty()) {
            throw invalid("invalid message content type: <nil>");
        }
        List<Part> parts = switch (content.orElse("")) {
            case String text -> List.of(new Part(text, List.of()));
            case List<?> list -> message.each("content").stream().map(this::part).toList();
            case Object other -> throw invalid("invalid message content type: " + TypeWord.of(other));
        };
        for (int i = 0; i < parts.size(); i++) {
            messages.add(new Message(role, parts.get(i).text(), i == 0 ? thinking : "", parts.get(i).files(),
                    i == parts.size() - 1 ? calls : List.of(), toolName, callId));
        }
    }

    /** Few templates know developers, and those that do treat a system message the same. */
    static String role(String given) {
        String role = given.toLowerCase(Locale.ROOT);
        return role.equals("developer") ? Role.SYSTEM : role;
    }

    private record Part(String text, List<byte[]> files) {}

    private Part part(Fields part) {
        Part read = switch (part.string("type")) {
            case "text" -> new Part(part.optionalString("text").orElseThrow(() -> invalid("invalid message format")), List.of());
            case "image_url" -> new Part("", List.of(DataUri.read(address(part))));
            case "input_audio" -> {
                Fields audio = part.fields("input_audio");
                audio.known("format");
                byte[] file = Base64Files.decode(audio.string("data"));
                ignored.addAll(audio.ignored());
                yield new Part("", List.of(file));
            }
            default -> throw invalid("invalid message format");
        };
        ignored.addAll(part.ignored());
        return read;
    }

    private String address(Fields part) {
        if (part.value("image_url").orElse("") instanceof String url) {
            return url;
        }
        Fields image = part.fields("image_url");
        String url = image.string("url");
        image.knownIf("detail", "auto"::equals);
        ignored.addAll(image.ignored());
        return url;
    }

    private List<ToolCall> calls(Fields message) {
        List<ToolCall> calls = new ArrayList<>();
        for (Fields each : message.each("tool_calls")) {
            Fields function = each.fields("function");
            ToolCall call = new ToolCall(each.string("id"), calls.size(), function.string("name"), arguments(function.string("arguments")));
            calls.add(call);
            called.put(call.id(), call.name());
            each.known("type");
            each.known("index");
            ignored.addAll(each.ignored());
            ignored.addAll(function.ignored());
        }
        return calls;
    }

    /** Reads the arguments of a call, which are a text of JSON. */
    @SuppressWarnings("unchecked")
    static Map<String, Object> arguments(String text) {
        try {
            if (JsonText.read(text).plain() instanceof Map<?, ?> object) {
                return (Map<String, Object>) object;
            }
        } catch (RuntimeFailure e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "invalid tool call arguments", e);
        }
        throw invalid("invalid tool call arguments");
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
