package dev.runtime.plugin.dialect.anthropic;

import dev.runtime.api.ErrorCode;
import dev.runtime.api.RuntimeFailure;
import dev.runtime.api.inference.Message;
import dev.runtime.api.inference.Role;
import dev.runtime.api.inference.ToolCall;
import dev.runtime.plugin.dialect.Base64Files;
import dev.runtime.plugin.dialect.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects the blocks of one message. */
final class BlockReader {
    private final Map<String, String> called;
    private final List<String> ignored;
    private final StringBuilder text = new StringBuilder();
    private final List<byte[]> images = new ArrayList<>();
    private final List<ToolCall> calls = new ArrayList<>();
    private final List<Message> results = new ArrayList<>();
    private String thinking = "";

    /**
     * Creates.
     *
     * @param called names of tools by the ids of their calls; calls are added
     * @param ignored takes what is not known
     */
    BlockReader(Map<String, String> called, List<String> ignored) {
        this.called = called;
        this.ignored = ignored;
    }

    void text(String more) {
        text.append(more);
    }

    String text() {
        return text.toString();
    }

    /** Returns the results of tools, each a message of its own. */
    List<Message> results() {
        return results;
    }

    /** Returns everything else as one message; nothing if there is nothing. */
    Optional<Message> message(String role) {
        return text.isEmpty() && images.isEmpty() && calls.isEmpty() && thinking.isEmpty() ? Optional.empty()
                : Optional.of(new Message(role, text.toString(), thinking, images, calls, "", ""));
    }

    /** Reads a block. */
    void add(Fields block) {
        switch (block.string("type")) {
            case "text" -> text.append(block.string("text"));
            case "image" -> images.add(image(block));
            case "tool_use" -> call(block, true);
            case "server_tool_use" -> call(block, false);
            case "tool_result" -> results.add(result(block));
            case "web_search_tool_result" -> results.add(search(block));
            case "thinking" -> {
                thinking = block.string("thinking");
                block.known("signature");
            }
            default -> {
                skip(block);
                return;
            }
        }
        block.known("cache_control");
        block.knownIf("citations", List.of()::equals);
        ignored.addAll(block.ignored());
    }

    /** Leaves out a block. */
    void skip(Fields block) {
        ignored.add(block.place("type") + "=" + block.string("type"));
    }

    private byte[] image(Fields block) {
        if (block.value("source").isEmpty()) {
            throw invalid("invalid image source");
        }
        Fields source = block.fields("source");
        String type = source.string("type");
        if (!type.equals("base64")) {
            throw invalid("invalid image source type: " + type + ". Only base64 images are supported.");
        }
        source.known("media_type");
        try {
            return Base64Files.decode(source.string("data"));
        } catch (RuntimeFailure e) {
            throw new RuntimeFailure(ErrorCode.REQUEST_INVALID, "invalid base64 image data: " + e.getMessage(), e);
        } finally {
            ignored.addAll(source.ignored());
        }
    }

    private void call(Fields block, boolean checked) {
        String id = block.string("id");
        String name = block.string("name");
        if (checked && id.isEmpty()) {
            throw invalid("tool_use block missing required 'id' field");
        }
        if (checked && name.isEmpty()) {
            throw invalid("tool_use block missing required 'name' field");
        }
        called.put(id, name);
        block.known("caller");
        calls.add(new ToolCall(id, calls.size(), name, block.object("input")));
    }

    private Message result(Fields block) {
        String id = block.string("tool_use_id");
        block.knownIf("is_error", Boolean.FALSE::equals);
        BlockReader inner = new BlockReader(called, ignored);
        if (block.value("content").orElse("") instanceof String plain) {
            inner.text(plain);
        } else {
            for (Fields part : block.each("content")) {
                switch (part.string("type")) {
                    case "text", "image" -> inner.add(part);
                    default -> inner.skip(part);
                }
            }
        }
        return new Message(Role.TOOL, inner.text(), "", inner.images, List.of(), called.getOrDefault(id, ""), id);
    }

    private Message search(Fields block) {
        String id = block.string("tool_use_id");
        StringBuilder lines = new StringBuilder();
        if (block.value("content").orElse(List.of()) instanceof Map<?, ?>) {
            Fields error = block.fields("content");
            error.known("type");
            lines.append("web_search_tool_result_error: ").append(error.string("error_code"));
        } else {
            for (Fields each : block.each("content")) {
                lines.append("- ").append(each.string("title")).append(": ").append(each.string("url")).append('\n');
            }
        }
        return new Message(Role.TOOL, lines.toString().stripTrailing(), "", List.of(), List.of(), called.getOrDefault(id, ""), id);
    }

    private static RuntimeFailure invalid(String message) {
        return new RuntimeFailure(ErrorCode.REQUEST_INVALID, message);
    }
}
