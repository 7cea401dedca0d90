package dev.runtime.plugin.dialect.openai;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.plugin.dialect.Fields;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the items of a response's input: messages, calls, their results and thoughts become messages of roles. For one request. */
final class ResponseInput {
    private final List<String> ignored;
    private final List<Draft> drafts = new ArrayList<>();
    private final Map<String, String> called = new HashMap<>();
    /** Thoughts that belong to whatever the assistant says next. */
    private String thought = "";

    private ResponseInput(List<String> ignored) {
        this.ignored = ignored;
    }

    /** A message that may still grow. */
    private static final class Draft {
        private final String role;
        private final StringBuilder text = new StringBuilder();
        private final List<byte[]> images = new ArrayList<>();
        private final List<ToolCall> calls = new ArrayList<>();
        private String thinking = "";
        private String toolName = "";
        private String callId = "";

        private Draft(String role) {
            this.role = role;
        }

        private boolean assistant() {
            return role.equals(Role.ASSISTANT);
        }

        private Message message() {
            return new Message(role, text.toString(), thinking, images, calls, toolName, callId);
        }
    }

    /**
     * Reads; no messages if there is no input.
     *
     * @param before items of the conversation that is continued
     * @param ignored takes what is not known
     * @throws RuntimeFailure with {@code request.invalid} if an item is malformed or unknown
     */
    static List<Message> read(Fields request, List<Object> before, List<String> ignored) {
        ResponseInput reader = new ResponseInput(ignored);
        before.forEach(item -> reader.item(new Fields("previous_response.", item)));
        if (request.value("input").orElse(List.of()) instanceof String text) {
            reader.begin(Role.USER).text.append(text);
        } else {
            request.each("input").forEach(reader::item);
        }
        if (!reader.thought.isEmpty()) {
            reader.assistant();
        }
        List<Message> messages = new ArrayList<>();
        String instructions = request.string("instructions");
        if (!instructions.isEmpty() && !reader.drafts.isEmpty()) {
            messages.add(Message.of(Role.SYSTEM, instructions));
        }
        reader.drafts.forEach(draft -> messages.add(draft.message()));
        return messages;
    }

    /** Returns the items of a request's input; a text is a user's message. */
    static List<Object> items(Fields request) {
        return request.value("input").orElse(List.of()) instanceof String text
                ? List.of(Map.of("type", "message", "role", Role.USER, "content", text)) : List.copyOf(request.list("input"));
    }

    private void item(Fields item) {
        String type = item.optionalString("type").orElseGet(() -> {
            if (item.value("role").isEmpty()) {
                throw invalid("input item missing required 'type' field");
            }
            return "message";
        });
        item.known("id");
        item.known("status");
        switch (type) {
            case "message" -> message(item);
            case "function_call" -> call(item);
            case "function_call_output" -> result(item);
            case "reasoning" -> reasoning(item);
            case "web_search_call" -> {
                ignored.add(item.place("type") + "=" + type);
                return;
            }
            default -> throw invalid("unknown input item type: \"" + type + "\"");
        }
        ignored.addAll(item.ignored());
    }

    private void message(Fields item) {
        String role = ChatMessages.role(item.string("role"));
        Draft last = drafts.isEmpty() ? null : drafts.getLast();
        boolean folded = role.equals(Role.ASSISTANT) && last != null && last.assistant() && !last.calls.isEmpty();
        Draft draft = folded ? last : begin(role);
        content(item, "content", draft);
    }

    private void content(Fields item, String name, Draft draft) {
        if (item.value(name).orElse("") instanceof String text) {
            draft.text.append(text);
            return;
        }
        for (Fields part : item.each(name)) {
            String type = part.string("type");
            switch (type) {
                case "input_text", "output_text", "text" -> draft.text.append(part.string("text"));
                case "input_image" -> {
                    String url = part.string("image_url");
                    if (!url.isEmpty()) {
                        draft.images.add(DataUri.read(url));
                    }
                    part.knownIf("detail", "auto"::equals);
                }
                case "input_file" -> throw invalid("file inputs are not currently supported");
                // the place is input[0].content[1].
                default -> throw invalid(part.place("").replace("].content", "]: content").replaceFirst("\\.$", "")
                        + ": unknown content type: " + type);
            }
            part.knownIf("annotations", List.of()::equals);
            part.knownIf("logprobs", List.of()::equals);
            ignored.addAll(part.ignored());
        }
    }

    private void call(Fields item) {
        String arguments = item.string("arguments");
        Draft draft = !drafts.isEmpty() && drafts.getLast().assistant() && thought.isEmpty() ? drafts.getLast() : assistant();
        ToolCall call = new ToolCall(item.string("call_id"), draft.calls.size(), item.string("name"),
                arguments.isEmpty() ? Map.of() : ChatMessages.arguments(arguments));
        draft.calls.add(call);
        called.put(call.id(), call.name());
    }

    private void result(Fields item) {
        Draft draft = begin(Role.TOOL);
        draft.callId = item.string("call_id");
        draft.toolName = called.getOrDefault(draft.callId, "");
        content(item, "output", draft);
    }

    /** What this server calls encrypted is the plain text, see the reply's objects. */
    private void reasoning(Fields item) {
        StringBuilder summary = new StringBuilder();
        for (Fields part : item.each("summary")) {
            part.known("type");
            summary.append(part.string("text"));
        }
        thought = item.optionalString("encrypted_content").orElse(summary.toString());
    }

    private Draft assistant() {
        return begin(Role.ASSISTANT);
    }

    private Draft begin(String role) {
        Draft draft = new Draft(role);
        if (draft.assistant()) {
            draft.thinking = thought;
            thought = "";
        }
        drafts.add(draft);
        return draft;
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
